#!/usr/bin/env bash
# Builds and starts the host on channels/ with its data in data/. Ctrl-C stops it; messages in hand are finished first.
# It prints the address of the API and one command that sends the sample messages. Options go to 'channelhost run' (see --help).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
CHANNELHOST_COMMAND=scripts/channelhost exec scripts/channelhost run "$@"
