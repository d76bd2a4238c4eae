#!/bin/sh
# 用单位自己的 CA 签一张服务器证书:./internal-ca.sh 文件夹 主机名…
# Sign a server's certificate by a CA of one's own: ./internal-ca.sh FOLDER HOST…
#
# 第一次运行时建 CA(ca.pem 发给每台电脑和手机,ca.key 离线保管);已有的 CA 与私钥不会被改动。
# The CA is made at the first run: ca.pem goes to every computer and phone, ca.key is kept offline.
set -eu
umask 077
folder=$1
shift
mkdir -p "$folder"
cd "$folder"
names=$(printf 'DNS:%s,' "$@" | sed 's/,$//')

if [ ! -e ca.key ]; then
    openssl ecparam -name prime256v1 -genkey -noout -out ca.key
    openssl req -x509 -new -key ca.key -sha256 -days 3650 -subj "/CN=GridGIS internal CA" -out ca.pem \
        -addext "basicConstraints=critical,CA:TRUE,pathlen:0" -addext "keyUsage=critical,keyCertSign,cRLSign"
fi
[ -e key.pem ] || openssl ecparam -name prime256v1 -genkey -noout -out key.pem
openssl req -new -key key.pem -subj "/CN=$1" -out request.pem
printf '%s\n' "subjectAltName=$names" "basicConstraints=CA:FALSE" "keyUsage=critical,digitalSignature" \
    "extendedKeyUsage=serverAuth" >extensions.txt
# 397 天:苹果设备不接受更长的 / Apple's devices take no longer one
openssl x509 -req -in request.pem -CA ca.pem -CAkey ca.key -CAcreateserial -sha256 -days 397 \
    -extfile extensions.txt -out server.pem
cat server.pem ca.pem >chain.pem
rm request.pem extensions.txt server.pem
chmod 644 ca.pem chain.pem
openssl verify -CAfile ca.pem chain.pem
