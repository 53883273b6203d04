"""The shipped rulebooks, one folder each: policy as data. Installed as the package `huiqi.rules`."""
