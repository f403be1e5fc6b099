#!/bin/bash
# A machine for one boot: systemd as the first process of a root file system, in namespaces of its own. The network is this
# host's, so that 127.0.0.1 has the stand-ins for AWS. Powering off ends it, and this script with it.
#   boot-machine.sh ROOT SCRATCH [FIRST]     ROOT is only read; what is written goes below SCRATCH; FIRST runs instead
set -euo pipefail

if [ "${1:-}" != inside ]; then
  group=classifycloud-boot-$$
  for hierarchy in systemd unified; do
    [ -d "/sys/fs/cgroup/$hierarchy" ] || continue
    mkdir "/sys/fs/cgroup/$hierarchy/$group"
    echo $$ > "/sys/fs/cgroup/$hierarchy/$group/cgroup.procs"
  done
  # Whoever kills this script kills its process group: the machine too.
  unshare --mount --pid --fork --kill-child --cgroup --uts --ipc "$0" inside "$@" || status=$?
  for hierarchy in /sys/fs/cgroup/*/"$group"; do
    [ -d "$hierarchy" ] || continue
    echo $$ > "$hierarchy/../cgroup.procs"
    find "$hierarchy" -depth -type d -exec rmdir {} +
  done
  exit "${status:-0}"
fi

root=$2 scratch=$3 machine=$3/machine
mkdir -p "$scratch/upper" "$scratch/work" "$machine"
mount -t overlay overlay -o "lowerdir=$root,upperdir=$scratch/upper,workdir=$scratch/work" "$machine"
mount -t proc proc "$machine/proc"
mount -t sysfs -o ro sysfs "$machine/sys"
mount -t tmpfs tmpfs "$machine/run"
mount -t tmpfs -o mode=755 tmpfs "$machine/dev"
for device in null zero full random urandom tty; do
  touch "$machine/dev/$device"
  mount --bind "/dev/$device" "$machine/dev/$device"
done
ln -s /proc/self/fd "$machine/dev/fd"
mkdir "$machine/dev/shm" "$machine/dev/pts"
mount -t tmpfs tmpfs "$machine/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666 devpts "$machine/dev/pts"
ln -s pts/ptmx "$machine/dev/ptmx"
if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
  mount -t cgroup2 cgroup2 "$machine/sys/fs/cgroup"
else
  mount -t tmpfs tmpfs "$machine/sys/fs/cgroup"
  mkdir "$machine/sys/fs/cgroup/systemd" "$machine/sys/fs/cgroup/unified"
  mount -t cgroup -o none,name=systemd cgroup "$machine/sys/fs/cgroup/systemd"
  mount -t cgroup2 cgroup2 "$machine/sys/fs/cgroup/unified"
fi
hostname machine
# Not chroot: units have mount namespaces of their own, which begin at the root of this one.
cd "$machine"
pivot_root . mnt
umount --lazy mnt
container=rehearsal exec "${4:-/sbin/init}"
