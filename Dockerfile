# docker build -t pixelwarden . && docker run --rm -v "$PWD:/work" pixelwarden scan example.com -o audit
FROM rust:1-trixie AS build
WORKDIR /src
COPY . .
RUN cargo install --locked --path . --root /out

FROM debian:trixie-slim
RUN apt-get update -qq \
 && apt-get install -y -qq --no-install-recommends \
    ca-certificates chromium-headless-shell chromium-driver fonts-liberation \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --create-home scanner
COPY --from=build /out/bin/pixelwarden /usr/local/bin/pixelwarden
# Not root: Chromium then keeps its sandbox. It needs user namespaces, which docker's default
# seccomp profile forbids: run with --security-opt seccomp=unconfined (or a profile of your own
# that allows them), or without the sandbox: --browser-arg=--no-sandbox.
USER scanner
WORKDIR /work
ENTRYPOINT ["pixelwarden"]
