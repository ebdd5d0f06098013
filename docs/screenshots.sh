#!/usr/bin/env bash
# The pictures of the README, from a report: docs/screenshots.sh demo-report/report.html
set -euo pipefail
report=$(realpath "$1")
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT

# NAME SELECTOR WIDTH,HEIGHT: those parts of the page alone, in a window of that size.
picture() {
  local only="main > :not($2) { display: none !important } section { margin-top: 0 }"
  sed "0,/<\/style>/s|</style>|$only</style>|" "$report" >"$work/page.html"
  chromium-headless-shell --no-sandbox --hide-scrollbars --force-device-scale-factor=1 \
    --window-size="$3" --screenshot="$PWD/$1.png" "file://$work/page.html" 2>/dev/null
}

picture report header 1180,760
picture report-matrix '#matrix' 1180,760
picture report-flow '#flow' 1180,600
picture report-timeline '#timeline' 1180,700
picture report-finding '#findings' 1180,560
