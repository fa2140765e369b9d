"""What the lab phones understand of SIP."""

from tests.lab.sip import digest, media_address, parameter, parse, response, uri_of, user_of

INVITE = (
    "INVITE sip:8001@127.0.0.1:5061 SIP/2.0\r\n"
    "Via: SIP/2.0/UDP 127.0.0.1:5060;rport;branch=z9hG4bKabc\r\n"
    'From: "王小明 <b>" <sip:13800138000@127.0.0.1>;tag=from1\r\n'
    "To: <sip:8001@127.0.0.1>\r\n"
    "Call-ID: one\r\n"
    "CSeq: 7 INVITE\r\n"
    "Subject: folded\r\n line\r\n"
    "Content-Length: 52\r\n\r\n"
    "v=0\r\nc=IN IP4 127.0.0.1\r\nm=audio 12002 RTP/AVP 8 101\r\n"
)


def test_request_is_read() -> None:
    message = parse(INVITE.encode())
    assert message is not None
    assert (message.status, message.method, message.cseq, message.branch) == (None, "INVITE", 7, "z9hG4bKabc")
    assert message.get("subject") == "folded line"
    assert media_address(message.body) == ("127.0.0.1", 12002)


def test_keep_alive_is_not_a_message() -> None:
    assert parse(b"\r\n\r\n") is None


def test_response_keeps_the_dialog_and_adds_our_tag_once() -> None:
    message = parse(INVITE.encode())
    assert message is not None
    answer = response(message, 180, "Ringing", "to1")
    assert answer.headers == (
        ("Via", "SIP/2.0/UDP 127.0.0.1:5060;rport;branch=z9hG4bKabc"),
        ("From", '"王小明 <b>" <sip:13800138000@127.0.0.1>;tag=from1'),
        ("To", "<sip:8001@127.0.0.1>;tag=to1"),
        ("Call-ID", "one"),
        ("CSeq", "7 INVITE"),
    )
    again = parse(answer.encode())
    assert again is not None
    assert (again.status, again.method) == (180, "INVITE")
    assert response(again, 200, "OK", "other").need("To") == "<sip:8001@127.0.0.1>;tag=to1"


def test_addresses() -> None:
    assert uri_of("<sip:8001@h:5060;x=y>;expires=3") == "sip:8001@h:5060;x=y"
    assert uri_of("sip:8001@h;tag=3") == "sip:8001@h"
    assert user_of('"n" <sip:8001@h>;tag=3') == "8001"
    assert parameter("<sip:8001@h>;tag=3", "tag") == "3"
    assert parameter("<sip:8001@h>", "tag") is None


def test_digest_of_the_standard_example() -> None:
    """RFC 2617 3.5, without qop as its client nonce is ours to choose."""
    challenge = 'Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"'
    value = digest(challenge, "GET", "/dir/index.html", "Mufasa", "Circle Of Life")
    assert 'response="670fd8c2df070c60b045671b8b24ff02"' in value
