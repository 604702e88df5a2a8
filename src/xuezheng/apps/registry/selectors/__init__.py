"""Reading the registers: every list takes the reader's scope, so no page can show more than the reader may see."""
