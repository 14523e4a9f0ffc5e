#!/usr/bin/env bash
# Makes an image in OCI layout out of Debian's static busybox, with nothing but shell tools.
# Argument: the directory to make; busybox:demo is the image in it.
# https://github.com/opencontainers/image-spec/blob/main/image-layout.md
set -euo pipefail
layout=$1
busybox=$(command -v busybox) || { echo "busybox-image: there is no busybox; install busybox-static" >&2; exit 1; }
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT

# store <file>: moves it to where its digest says; prints the digest and the size as JSON
store() {
    local digest size
    digest=$(sha256sum "$1" | cut -d ' ' -f 1)
    size=$(stat -c %s "$1")
    mv "$1" "$layout/blobs/sha256/$digest"
    printf '"digest":"sha256:%s","size":%s' "$digest" "$size"
}

root_tree() {
    local root=$tree/root name
    mkdir -p "$root"/{bin,etc,proc,sys,dev,root,tmp,home}
    chmod 1777 "$root/tmp"
    cp "$busybox" "$root/bin/busybox"
    chmod 755 "$root/bin/busybox"
    for name in $("$busybox" --list); do
        [ "$name" = busybox ] || ln -s busybox "$root/bin/$name"
    done
    printf 'root:x:0:0:root:/root:/bin/sh\nguest:x:1000:1000:guest:/home:/bin/sh\n' > "$root/etc/passwd"
    printf 'root:x:0:\nguest:x:1000:\n' > "$root/etc/group"
}

case $(uname -m) in
    x86_64) architecture=amd64 ;;
    aarch64) architecture=arm64 ;;
    *) architecture=$(uname -m) ;;
esac
rm -rf "$layout"
mkdir -p "$layout/blobs/sha256"
root_tree
tar -C "$tree/root" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -cf "$tree/layer.tar" .
diff_id=$(sha256sum "$tree/layer.tar" | cut -d ' ' -f 1)
gzip -n1 "$tree/layer.tar"
layer=$(store "$tree/layer.tar.gz")
cat > "$tree/config" << END
{"architecture":"$architecture","os":"linux",
 "config":{"Cmd":["sh"],"Env":["PATH=/bin"],"WorkingDir":"/root"},
 "rootfs":{"type":"layers","diff_ids":["sha256:$diff_id"]}}
END
config=$(store "$tree/config")
cat > "$tree/manifest" << END
{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
 "config":{"mediaType":"application/vnd.oci.image.config.v1+json",$config},
 "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip",$layer}]}
END
manifest=$(store "$tree/manifest")
cat > "$layout/index.json" << END
{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json",
 "manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json",$manifest,
  "annotations":{"org.opencontainers.image.ref.name":"demo"}}]}
END
echo '{"imageLayoutVersion":"1.0.0"}' > "$layout/oci-layout"
