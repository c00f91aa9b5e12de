#!/bin/sh
# Fills fuzz/corpus from fuzz/corpus-seeds, the examples, and the .1337 files that the examples build to.
set -eu
cd "$(dirname "$0")"
for target in document cache suite scan json spec round_trip; do
    mkdir -p "corpus/$target"
    cp corpus-seeds/"$target"/* "corpus/$target/"
done
number=0
find ../examples -path '*/packs/*' -name '*.yaml' -o -path '*/packs/*' -name '*.json' | sort | while read -r file; do
    number=$((number + 1))
    cp "$file" "corpus/document/example-$number"
done
for example in aviation warehouse; do
    folder=$(mktemp -d)
    if (cd "../examples/$example" && cargo run --quiet -- build --output "$folder/pack"); then
        for file in "$folder"/pack/*.1337 "$folder"/pack/caches/*.1337; do
            name="$example-$(basename "$file" .1337)"
            { printf '\000'; cat "$file"; } > "corpus/cache/$name-as-is"
            { printf '\001'; cat "$file"; } > "corpus/cache/$name-sealed"
        done
        head -c 6000 "$folder/pack/test_suites/domain_tests.yaml" > "corpus/suite/$example"
    fi
    rm -r "$folder"
done
mkdir -p corpus/script
number=0
find ../tests/scripts -name '*.js' | sort | while read -r file; do
    number=$((number + 1))
    cp "$file" "corpus/script/example-$number"
done
