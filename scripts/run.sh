#!/usr/bin/env bash
# Builds and starts the host on channels/ with its data in data/. Ctrl-C stops it; messages in hand are finished first.
# It prints the address of the API and one command that sends the sample messages. Options go to 'channelhost run' (see --help).
#
# scripts/run.sh --demo also starts stand-ins for the clinic's partners, sends a stream of invented messages and shows what becomes of them. Its data, keys
# and folders are in .build/demo; nothing of it touches data/. Further options go to 'channelhost demo' (--rate 20, --faults off, ...).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export CHANNELHOST_COMMAND=scripts/channelhost

# The demo's SFTP server is OpenSSH's. Without it the demo runs, too, without the channels that need it.
install_sshd() {
  [ -x /usr/sbin/sshd ] || [ -x /usr/local/sbin/sshd ] && return
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "run.sh: installing openssh-server, the demo's SFTP server"
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends openssh-server; } >/dev/null 2>&1 && return
    echo "run.sh: apt could not install openssh-server: the demo goes on without its SFTP channels"
  else
    echo "run.sh: openssh-server is not installed: the demo goes on without its SFTP channels (to have them: sudo apt-get install openssh-server)"
  fi
}

if [ "${1:-}" = --demo ]; then
  shift
  install_sshd
  exec scripts/channelhost demo "$@"
fi

exec scripts/channelhost run "$@"
