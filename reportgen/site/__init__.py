"""The site on disk: keys, files, versions. The only code that writes."""
