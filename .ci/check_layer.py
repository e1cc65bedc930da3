"""Reads an ATT&CK Navigator layer with MITRE's own library, strictly."""

import sys

from mitreattack.navlayers import Layer

layer = Layer(strict=True)
layer.from_file(sys.argv[1])
if not layer.layer.techniques:
    sys.exit(sys.argv[1] + " holds no technique")
print(layer.layer.name, len(layer.layer.techniques), "techniques, layer format", layer.layer.versions.layer)
