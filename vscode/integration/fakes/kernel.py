"""IPython without Jupyter's messages: a line of JSON in, a line with the outputs out."""

import base64
import json
import sys

from IPython.core.interactiveshell import InteractiveShell

shell = InteractiveShell.instance()
out, sys.stdout = sys.stdout, sys.stderr
for line in sys.stdin:
    ran = shell.run_cell(json.loads(line), store_history=False)
    error = ran.error_before_exec or ran.error_in_exec
    if error is not None:
        said = json.dumps({"name": type(error).__name__, "message": str(error), "stack": ""})
        outputs = {"application/vnd.code.notebook.error": said}
    else:
        data = {} if ran.result is None else shell.display_formatter.format(ran.result)[0]
        outputs = {
            mime: value if isinstance(value, str) else json.dumps(value)
            for mime, value in data.items()
        }
    sent = {mime: base64.b64encode(value.encode()).decode() for mime, value in outputs.items()}
    print(json.dumps(sent), file=out, flush=True)
