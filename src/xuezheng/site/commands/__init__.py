"""One module a group of commands; `xuezheng.site.cli` loads a group when it is called."""
