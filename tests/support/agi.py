"""The header with which Asterisk begins an AGI conversation."""


def header(dialled: str, caller: str = "13912345678", script: str = "route") -> bytes:
    lines = [
        f"agi_network_script: {script}",
        f"agi_request: agi://127.0.0.1/{script}",
        "agi_channel: PJSIP/trunk400-00000001",
        "agi_language: zh",
        f"agi_callerid: {caller}",
        "agi_enhanced: 0.0",
        f"agi_arg_1: {dialled}",
    ]
    return ("\n".join(lines) + "\n\n").encode()
