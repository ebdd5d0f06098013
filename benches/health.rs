//! How long a page, a parameter and a mask take, with the plain word list that the
//! classifier replaces as the baseline.

#![expect(clippy::unwrap_used, reason = "a benchmark may panic")]

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use pixelwarden::health::{Lexicon, Sender, mask};

/// The list that people begin with: substrings, no context.
const PLAIN_WORDS: [&str; 25] = [
    "cancer",
    "diabetes",
    "hiv",
    "aids",
    "depression",
    "anxiety",
    "pregnan",
    "abortion",
    "fertility",
    "doctor",
    "patient",
    "clinic",
    "hospital",
    "symptom",
    "treatment",
    "therapy",
    "surgery",
    "disease",
    "condition",
    "medication",
    "prescription",
    "pharmacy",
    "appointment",
    "mychart",
    "health",
];

const URLS: [&str; 8] = [
    "https://www.lakeside-clinic.example/services/orthopedics/hip-replacement-surgery",
    "https://my.lakeside.example/MyChart/Authentication/Login?utm_source=mail&utm_medium=301re",
    "https://www.shoes.example/women/running/trail-shoe-2000?color=red&size=38&gclid=abc123",
    "https://daily.example.com/2025/05/12/sports/striker-out-with-knee-injury-before-final/",
    "https://docs.example.dev/cpp/thread/condition_variable/wait_for",
    "https://www.lakeside-clinic.example/careers/certified-nursing-assistant-oncology",
    "https://pharmacy.example/products/sildenafil-20-mg?search=ed%20treatment",
    "https://www.example.gov/passports/appointments?office=12",
];

fn main() {
    divan::main();
}

fn urls() -> ItemsCount {
    ItemsCount::new(URLS.len())
}

#[divan::bench]
fn plain_word_list(bencher: Bencher<'_, '_>) {
    bencher.counter(urls()).bench(|| {
        URLS.iter().filter(|url| PLAIN_WORDS.iter().any(|word| url.contains(word))).count()
    });
}

#[divan::bench]
fn lexicon_url(bencher: Bencher<'_, '_>) {
    let lexicon = Lexicon::builtin().unwrap();
    bencher.counter(urls()).bench(|| URLS.iter().filter(|url| lexicon.url(url).is_phi()).count());
}

#[divan::bench]
fn lexicon_parameter(bencher: Bencher<'_, '_>) {
    let lexicon = Lexicon::builtin().unwrap();
    let verdict = lexicon.url(URLS[0]);
    let sender = Sender { url: URLS[0], verdict: &verdict };
    bencher.bench(|| lexicon.parameter("Book an appointment with Dr. Roe", &sender));
}

#[divan::bench]
fn lexicon_load(bencher: Bencher<'_, '_>) {
    bencher.bench(Lexicon::builtin);
}

#[divan::bench(args = [1_000, 100_000])]
fn mask_body(bencher: Bencher<'_, '_>, size: usize) {
    let body = "dl=https%3A%2F%2Fx.example%2F&cid=1.2&em=jane%40example.org&ts=1700000000000&"
        .repeat(size / 78 + 1);
    bencher.counter(BytesCount::of_str(&body)).bench(|| mask(&body));
}

/// Nothing but separators: the worst that a hostile body can hold.
#[divan::bench(args = [1_000, 100_000])]
fn mask_hostile(bencher: Bencher<'_, '_>, size: usize) {
    let body = "em=".repeat(size / 3);
    bencher.counter(BytesCount::of_str(&body)).bench(|| mask(&body));
}
