"""Is this a name in Latin letters? The model sees the form of words only, and Redis has the form of Linda."""

from __future__ import annotations

import re

_TOKEN = re.compile(r"[A-Za-z]+")
# Spelling of Mandarin syllables (ISO 7098) without tones.
_SYLLABLE = (
    "(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?"
    "(?:uang|iang|iong|ang|eng|ing|ong|ian|iao|uai|uan|ai|ao|an|ei|en|er|ia|ie|iu|in|ou|ua|ui|un|uo|ue|[aeiou])"
)
_PINYIN = re.compile(f"(?:{_SYLLABLE}){{1,3}}")
# Given and family names that are neither words of English nor the names of well-known programs.
_KNOWN = frozenset(
    """
    Aaron Abby Adam Adams Ahmed Aiden Aisha Alan Albert Alex Alexander Alexis Ali Alice Alina Allen Alvarez
    Amanda Amy Anderson Andersson Andrea Andrew Andrews Andy Angela Ann Anna Annie Anthony Arjun Armstrong
    Arnold Arthur Ashley Austin Ava Bailey Barbara Barnes Becker Bella Ben Bennett Bernard Berry Betty Beverly
    Bianchi Billy Bob Bobby Bonnie Boyd Bradley Brandon Braun Brenda Brian Brittany Brooks Bruce Bryan Bryant
    Burns Campbell Carl Carlos Carol Carolyn Carrie Carroll Castillo Cathy Charles Charlie Charlotte Chavez
    Cheryl Chloe Chris Christian Christina Christine Cindy Claire Clara Clark Coco Cole Coleman Colin Collins
    Costa Cox Craig Crawford Cruz Cunningham Cynthia Dale Dan Daniel Danielle Daniels Danny Dave David Davis
    Dean Deborah Debra Denise Dennis Derek Diana Diane Diaz Diego Dixon Dmitry Donna Doreen Doris Douglas Dubois
    Duncan Dylan Eddie Edward Edwards Eileen Elaine Elizabeth Ella Elliott Ellis Elsa Emily Emma Eric Ethan
    Eugene Eva Evan Evans Evelyn Fatima Felix Ferguson Ferrari Fiona Fischer Flores Foster Frances Frank
    Franklin Fred Freeman Gabriel Garcia Gary George Gerald Gibson Gina Glenn Gloria Gomez Gonzalez Gordon Grace
    Graham Greene Greg Griffin Gupta Gutierrez Hall Hamilton Hannah Hans Hansen Harold Harper Harris Harrison
    Harry Hassan Hayes Hebe Helen Henderson Henry Hernandez Hicks Hiroshi Hoffmann Holmes Howard Hughes Hugo
    Hussain Ian Ibrahim Irina Isabella Ivan Ivanov Jack Jacob Jacqueline James Jane Janet Janice Jasmine Jason
    Jay Jean Jeff Jennifer Jenny Jeremy Jerry Jesse Jessica Jessie Jim Jimenez Jimmy Joan Joanna Joe Johansson
    John Johnny Johnson Jonathan Jones Jordan Jose Joseph Joyce Juan Judith Judy Julia Julie Justin Karen Karl
    Kate Katherine Kathleen Kathryn Kayla Keith Keller Kelly Ken Kenji Kennedy Kevin Khan Kim Kimberly Kitty
    Kowalski Kumar Kuznetsov Kyle Larry Larsen Laura Lauren Laurent Lawrence Lee Lena Leo Leon Lewis Liam Lily Linda
    Lisa Logan Lopez Lori Louis Luca Lucas Lucy Luis Luke Lynch Lynn Madison Maggie Mandy Marco Margaret Maria
    Marie Marilyn Marshall Martha Martin Martinez Mary Matt Matthew Matthews McDonald Megan Melissa Mendoza
    Meyer Mia Michael Michelle Mike Mills Mitchell Mohammed Molly Moore Morales Moreau Morgan Morris Murphy
    Murray Myers Nancy Natalie Natasha Nathan Neil Nelson Nguyen Nichols Nick Nicole Nielsen Nigel Nina Noah
    Nora Novak Olga Oliver Olivia Olson Omar Ortiz Oscar Owen Owens Pablo Palmer Pamela Patel Patricia Patrick
    Patterson Paul Payne Pedro Peggy Pereira Perez Peter Peterson Petrov Philip Phillips Pierce Pierre Popov
    Powell Priya Queenie Rachel Rahul Raj Ralph Ramirez Ramos Randy Rebecca Reyes Reynolds Richard Richardson
    Richter Ricky Riley Rivera Robert Roberts Robertson Robinson Rodriguez Roger Rogers Ross Rossi Roy Ruiz
    Russell Russo Ruth Ryan Sakura Sam Samantha Sanchez Sanders Sandra Sanjay Santos Sara Sarah Sato Schmidt
    Schneider Schulz Scott Sean Sergei Sharma Sharon Shaw Sherry Shirley Silva Simmons Simon Simpson Singh
    Smirnov Smith Snyder Sophia Sophie Stella Stephanie Stephen Stephens Steve Steven Stevens Stewart Stuart
    Sullivan Susan Suzuki Takashi Tanaka Ted Teresa Terry Theo Theresa Thomas Thompson Tim Tina Todd Tom Tony
    Torres Tracy Trevor Troy Tucker Tyler Vasquez Victor Victoria Vince Vincent Virginia Vivian Vladimir Wagner
    Wallace Walter Warren Watkins Watson Wayne Weaver Weber Wendy William Williams Willie Willis Wilson Winnie
    Wright Yamamoto Yuki Yvonne Zach Zoe
    """.lower().split()
)
_MOST = 4  # words of a name


def is_name(text: str) -> bool:
    """Whether words in Latin letters are a person's: given names that are known, or names in pinyin.

    Every word is capitalised, or all are capitals. A single word is a known given or family name (in pinyin, Baidu and
    Weibo would be names); of several, one is known or all are pinyin.
    """
    tokens = _TOKEN.findall(text)
    if not 0 < len(tokens) <= _MOST:
        return False
    lower = [token.lower() for token in tokens]
    if len(tokens) == 1:
        return tokens[0].istitle() and lower[0] in _KNOWN
    if not (all(token.istitle() for token in tokens) or all(token.isupper() for token in tokens)):
        return False
    return any(token in _KNOWN for token in lower) or all(_PINYIN.fullmatch(token) for token in lower)
