# Two commands matter: `make demo` and `make test`.

.PHONY: demo test lint browser banners bench accuracy

# Audits the bundled example site in a real browser; no network needed.
demo: browser
	cargo run --quiet -- demo

# Every test, the browser tests included.
test: browser banners
	cargo test

lint:
	cargo fmt --check
	cargo clippy --all-targets -- -D warnings
	cargo run --quiet -- signatures check

# A Chrome or Chromium with its driver: what is there, else Debian's packages.
browser:
	@.ci/install-browser

# Real consent managers for the browser tests, from npm.
banners:
	@.ci/install-banners

# Pages a minute beside a bare browser, as a table; `cargo bench` has the others.
bench: browser
	cargo bench --bench crawl

# Signatures and health terms against a folder of labelled cases; says so where there is none.
accuracy:
	@if [ -d "$(CORPUS)" ]; then \
		cat "$(CORPUS)"/requests.jsonl* | xz -dcf | \
			cargo run --quiet --release -- signatures accuracy "$(CORPUS)" --requests -; \
	else \
		echo "skipped: no folder of labelled cases; make accuracy CORPUS=DIR names one"; \
	fi
