"""Stand-ins of personal words: keyed, kept, said, and never in the way of a decision."""

from __future__ import annotations

import errno
import json
import os
import stat
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import huiqi
from huiqi.reasoning import pseudonyms
from huiqi.reasoning.pseudonyms import Key, key_of, shown
from tests.making import invoke

CASE = """\
企业: 甲公司（虚构）
政策规则库: [datong-outsourcing]
审核日期: 2026-06-30
申报年度: 2025
数据: {注册地县区: 平城区}
明细:
  新录用人员:
    - {人员编号: P-张三}
    - {人员编号: P-李四}
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user without a key."""
    monkeypatch.delenv(pseudonyms.VARIABLE)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    pseudonyms._of_this_process.cache_clear()
    return tmp_path / "config" / "huiqi" / "pseudonym.key"


def decided(**more: Any) -> huiqi.Decision:
    return huiqi.load("datong-outsourcing").decide(
        {}, on=date(2026, 6, 30), year=2025, records={"新录用人员": [{"人员编号": "P-张三"}, {"人员编号": "P-李四"}]}, reasoner="reference", **more
    )  # fmt: skip


def told(decision: huiqi.Decision) -> set[str]:
    return {row["人员编号"] for row in decision.to_dict()["input"]["明细"]["新录用人员"]}


def test_json_carries_a_keyed_hash_of_128_bits_and_the_keys_id() -> None:
    decision = decided(key=b"0123456789abcdef")
    text = json.dumps(decision.to_dict(), ensure_ascii=False)
    assert "张三" not in text
    assert all(len(word) == 2 + 32 for word in told(decision))
    assert decision.to_dict()["receipt"]["key"] == key_of(b"0123456789abcdef").id
    assert "0123456789abcdef" not in text + repr(decision)


def test_another_key_gives_other_stand_ins_and_the_same_decision() -> None:
    one, two = decided(key=b"0123456789abcdef"), decided(key=b"fedcba9876543210")
    assert told(one) & told(two) == set()
    assert [(m.id, m.outcome, m.award.settled) for m in one.measures.values()] == [(m.id, m.outcome, m.award.settled) for m in two.measures.values()]


def test_a_shared_key_file_gives_the_same_stand_ins(tmp_path: Path) -> None:
    (tmp_path / "round.key").write_text("ab" * 32, encoding="ascii")
    assert told(decided(key=tmp_path / "round.key")) == told(decided(key=bytes.fromhex("ab" * 32)))


def test_a_decision_without_personal_words_needs_no_key(home: Path) -> None:
    decision = huiqi.load("datong-outsourcing").decide({}, on=date(2026, 6, 30), reasoner="reference")
    assert "key" not in decision.to_dict()["receipt"]
    assert not home.exists()


def test_the_key_is_made_once_for_its_owner_only(home: Path) -> None:
    first = told(decided())
    assert stat.S_IMODE(home.stat().st_mode) == 0o600
    assert [p.name for p in home.parent.iterdir()] == [home.name]
    assert told(decided()) == first


def test_who_comes_second_takes_the_key_of_the_first(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    link = os.link

    def late(source: Any, target: Any) -> None:
        home.write_text("cd" * 32, encoding="ascii")
        link(source, target)

    monkeypatch.setattr(os, "link", late)
    assert key_of(None) == Key(bytes.fromhex("cd" * 32))
    assert [p.name for p in home.parent.iterdir()] == [home.name]


@pytest.mark.parametrize("call", ["open", "mkdir", "write"])
def test_without_a_place_for_it_a_key_of_this_process_is_used_and_said(call: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise OSError(errno.EROFS, "english")

    with monkeypatch.context() as patch:
        patch.setattr(os, call, refuse)
        first = decided()
    assert first.unkept == "这里是只读的"
    assert first.to_dict()["receipt"]["passing"] is True
    assert "这里是只读的" not in json.dumps(first.to_dict(), ensure_ascii=False), "the reason is this machine's, not the decision's"
    assert "提醒：化名密钥存不下来，本次用临时密钥" in first.explain()
    assert not home.exists()
    assert not home.parent.exists() or list(home.parent.iterdir()) == []


@pytest.mark.parametrize("content", ["", "短", "ab" * 15, "zz" * 32, "a" * 33])
def test_a_file_that_holds_no_key_is_refused(content: str, tmp_path: Path) -> None:
    (tmp_path / "k").write_text(content, encoding="utf-8")
    with pytest.raises(huiqi.UsageError, match="里不是密钥"):
        decided(key=tmp_path / "k")


@pytest.mark.parametrize(("key", "words"), [(b"short", "太短"), (5, "应是密钥文件的路径或 bytes"), ("/没有/k", "读不出来：没有这个文件"), ("\0", "读不出来")])
def test_a_wrong_key_is_a_usage_error(key: Any, words: str) -> None:
    with pytest.raises(huiqi.UsageError, match=words):
        decided(key=key)


def test_the_officers_screen_shows_whom_it_is_about_and_json_does_not(tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_text(CASE, encoding="utf-8")
    (tmp_path / "k").write_text("ab" * 32, encoding="ascii")
    arguments = ["explain", str(tmp_path / "case.yaml"), "--measure", "talent.hiring", "--key", str(tmp_path / "k"), "--reasoner", "reference"]
    page, data = invoke(*arguments), invoke(*arguments, "--json")
    assert (page.exit_code, data.exit_code) == (0, 0), page.output + data.output
    assert "P-张三" in page.stdout
    assert "化名" not in page.stdout
    assert "张三" not in data.stdout
    assert "化名" in data.stdout


def test_a_stand_in_stands_for_itself_and_prints_short() -> None:
    key = key_of(b"0123456789abcdef")
    word = key.stand_in("张三")
    assert key.stand_in(word) == word
    assert shown(f"［{word}］", {}) == f"［{word[:12]}］"
    assert shown(f"［{word}］", {word: "张三"}) == "［张三］"
    assert key.stand_in("化名d91f0bec72") == "化名d91f0bec72"


@pytest.mark.parametrize("turn", [str, str.upper, lambda w: f" {w} "])
def test_a_stand_in_told_in_a_case_is_the_person_it_stands_for(turn: Any) -> None:
    """Lists of two counties meet by their stand-ins; a stand-in of a stand-in would be somebody else."""
    first = told(decided(key=b"0123456789abcdef"))
    again = huiqi.load("datong-outsourcing").decide(
        {}, on=date(2026, 6, 30), year=2025, records={"新录用人员": [{"人员编号": turn(w)} for w in sorted(first)]}, reasoner="reference", key=b"fedcba9876543210"
    )  # fmt: skip
    assert told(again) == first


def test_what_suffices_for_a_person_is_decided_again_for_that_person() -> None:
    from huiqi.telling.whatif import needs, retried

    book = huiqi.load("datong-outsourcing")
    trainee = {"人员编号": "甲", "经考核": True, "签约单位为服务外包企业": True, "签约日": date(2025, 6, 1), "合同期限": "11月"}
    facts = {"申报主体类型": "培训机构", "注册地县区": "平城区", "严重失信主体": False, "培训机构经考核": True, "培训服务外包人才": True}
    decision = book.decide(facts, on=date(2026, 6, 30), year=2025, records={"已获支持": [], "受训人员": [trainee]}, reasoner="reference")
    result = decision.measures["talent.training-institution"]
    assert result.outcome == "ineligible"
    found = retried(book.compiled, decision, result.id, needs(result))
    assert [(r.eligible, r.failing) for r in found] == [(True, ())]


def test_a_receipt_is_decided_again_under_any_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "d.json").write_text(json.dumps(decided(key=b"0123456789abcdef").to_dict(), ensure_ascii=False), encoding="utf-8")
    result = invoke("replay", str(tmp_path / "d.json"), "--reasoner", "reference")
    assert result.exit_code == 0 and result.stdout.startswith("重算 1 份决定：与原决定一致（核对 ")


def test_a_receipt_under_a_key_that_was_not_kept_is_decided_again_anywhere(home: Path, tmp_path: Path) -> None:
    home.parent.parent.write_text("没有文件夹可建", encoding="utf-8")
    case, out = tmp_path / "case.yaml", tmp_path / "d.json"
    case.write_text(CASE, encoding="utf-8")
    made = invoke("check", str(case), "--json", "--reasoner", "reference")
    assert made.exit_code == 0 and made.stderr.startswith("化名密钥存不下来（") and made.stderr.count("\n") == 1
    out.write_text(made.stdout, encoding="utf-8")
    again = invoke("replay", str(out), "--reasoner", "reference")
    assert again.exit_code == 0, again.output
    recorded = json.loads(made.stdout)
    assert huiqi.Decision.from_dict(recorded[0]).to_dict() == recorded[0]


def test_the_mark_of_a_key_that_was_not_kept_cannot_be_taken_off(home: Path, tmp_path: Path) -> None:
    home.parent.parent.write_text("没有文件夹可建", encoding="utf-8")
    recorded = decided().to_dict()
    del recorded["receipt"]["passing"]
    (tmp_path / "d.json").write_text(json.dumps(recorded), encoding="utf-8")
    result = invoke("replay", str(tmp_path / "d.json"), "--reasoner", "reference")
    assert result.exit_code == 1 and "申请摘要" in result.stdout


def test_a_message_about_a_person_has_the_word_as_told() -> None:
    with pytest.raises(huiqi.CaseError, match="“人员编号”重复；写的是“P-张三”"):
        huiqi.load("datong-outsourcing").decide({}, on=date(2026, 6, 30), year=2025, records={"新录用人员": [{"人员编号": "P-张三"}, {"人员编号": "p-张三"}]})
