#!/usr/bin/env python3
"""Rebuilds generated-*.toml from the sources that README.md names.

    python3 -m venv venv
    venv/bin/pip install -r signatures/health/requirements.txt
    venv/bin/python signatures/health/generate.py

Takes names only, no text: a single word if it is rare in ordinary English, a
phrase if none of its words is kept alone. Same versions in, same files out.
"""

import bz2
import importlib.util
import pathlib
import pickle
import re
import unicodedata
import xml.etree.ElementTree as xml

from wordfreq import zipf_frequency

HERE = pathlib.Path(__file__).parent
# Zipf frequency per billion words, base ten: 2 is "dermatologic", 3 is "anemia".
RARE_WORD = 2.25
RARE_DRUG = 3.05
RARE_BRAND = 2.0
# Words that are rare in prose and common in addresses, or names of people and places.
NOT_MEDICAL = set(
    """
    accessory alcove ankle anomalous arising aspirated assaulted autoimmunity bereavement bilateral
    bitten caliber canal causative celled characterized classifiable codable collided complicating
    concomitant consequent contactor coronal crushing debris derailed derailment determinable disembarking
    encounter encounters ejection elective entrapment explosion exposure externally firearm flail frontal
    ganglion glycol handgun harmful herbicide herbicides hoverboard household implanted indirect initial
    intentional interphase involvement ionizing laterality lateral lumbar macaw maintenance malfunction
    manifestation medial midline minibus misadventure multisite nontraffic nonvenomous occupant orca
    oriented outlet pedestrian pedestrians polymer posterior predominant presenting proximal puncture
    recurrence refractive residual rodeo rupture sequela skateboard slipping snowmobile specified
    streetcar striking subsequent transient unarmed underdosing undetermined unilateral unspecified
    untreated upholstered venomous whirlpool workbench kuru dengue zika ebola taiwan nipah hanta
    lassa lujo machupo sindbis sabia oroya haverhill california venezuelan
    """.split()
)
CATEGORIES = [
    ("oncology", r"cancer|carcinoma|sarcoma|lymphoma|leuk[ae]*mia|tumou?r|neoplas|melanoma|blastoma|myeloma|glioma|adenoma|oma$|malignan"),
    ("hiv_sti", r"\bhiv|herpes|syphil|gonorr|gonoc|chlamyd|\bhepatitis|trichomon|condylom|papilloma"),
    ("substance_use", r"alcohol|opioid|cocaine|cannabis|addict|substance|withdrawal|nicotine"),
    ("mental_health", r"depress|anxi|schizo|psycho|bipolar|phobi|autis|personality|mania$|delusion|mood|dement"),
    ("reproductive", r"pregnan|uter|ovar|vagin|vulv|menstr|endometri|placent|fertil|eclamp|partum|partal|obstet|abort|cervic|mammar|amnio|lact"),
    ("gender_sexual", r"erectil|sexual|penis|penile|testic|scrot|balan|peyron|epididym|orchit|priap|gender"),
    ("genetic", r"autosomal|hereditary|familial|chromosom|congenital|x linked|deletion syndrome|trisomy|recessive|dominant"),
]


def package_file(package, *parts):
    spec = importlib.util.find_spec(package)
    return pathlib.Path(spec.submodule_search_locations[0]).joinpath(*parts)


class PlainPickle(pickle.Unpickler):
    """Reads dictionaries and strings; a pickle that wants more is refused."""

    def find_class(self, module, name):
        raise pickle.UnpicklingError(f"{module}.{name} is not plain data")


def words(text):
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.findall(r"[a-z0-9]+", folded.replace("'", ""))


def icd_names():
    """Names of diseases, without the chapters on accidents and on visits."""
    root = xml.parse(package_file("simple_icd_10_cm", "data", "icd10c-tabular-April-1-2026.xml"))
    for chapter in root.iter("chapter"):
        if chapter.findtext("name") in {"19", "20", "21", "22"}:
            continue
        for diagnosis in chapter.iter("diag"):
            yield diagnosis.findtext("desc")
            for term in diagnosis.findall("inclusionTerm/note"):
                yield term.text or ""


def ontology_names():
    with open(package_file("disease_ontology", "data", "DO.pkl"), "rb") as file:
        names = PlainPickle(file).load()["terms"]
    yield from (name for name in names if not name.startswith("obsolete "))


def is_rare(word, limit):
    return len(word) >= 5 and word.isalpha() and zipf_frequency(word, "en") < limit


def category(text):
    for name, pattern in CATEGORIES:
        if re.search(pattern, text):
            return name
    return "condition"


# Endings of words that name an illness; other rare words of a disease's name are
# anatomy, germs and people, and count only in company.
ILLNESS = re.compile(
    r"(itis|osis|oses|[a-z]emia|aemia|oma|omas|pathy|pathies|algia|uria|plasia|trophy|penia|rrhea|rrhage|iasis"
    r"|plegia|paresis|megaly|ectasi[as]|sclerosis|malacia|dynia|philia|phobia|cele|ptosis|stenosis|spasm"
    r"|thorax|phasia|pnea|opia|tropia|phagia|praxia|ataxia|derma|dermia|lepsy|epsia|toxicosis|ism|tension"
    r"|dactyly|cephaly|somnia|stomia|trichosis|keratosis|genesis|sarcoma|blastoma|rubella|monas|coccal|syphilitic)$"
)


def conditions():
    found = {}
    ontology = [words(name) for name in ontology_names()]
    icd = [words(re.sub(r"\(.*?\)", " ", name)) for name in icd_names()]
    for name in icd + ontology:
        for word in name:
            if is_rare(word, RARE_WORD) and word not in NOT_MEDICAL:
                found[word] = category(word)
    for name in ontology:
        phrase = " ".join(name)
        if not 2 <= len(name) <= 4 or any(word in found for word in name):
            continue
        if re.search(r"(syndrome|disease|fever|anemia|palsy|dystrophy|deficiency|cancer|ataxia)$", phrase):
            if min(zipf_frequency(word, "en") for word in name) < 4.6:
                found[phrase] = category(phrase)
    return found


def drugs():
    """Drugs with a page for consumers at MedlinePlus, and their brands."""
    with bz2.open(package_file("drug_named_entity_recognition", "drug_ner_dictionary.pkl.bz2")) as file:
        data = PlainPickle(file).load()
    consumer = {
        name for name, facts in data["drug_canonical_to_data"].items() if "medline_plus_id" in facts
    }
    found = set()
    for name in consumer:
        found.update(word for word in words(name) if is_rare(word, RARE_DRUG))
    for variant, canonical in data["drug_variant_to_canonical"].items():
        known = variant in data["drug_variant_to_variant_data"]
        single = words(variant)
        if known and len(single) == 1 and len(canonical) == 1 and canonical[0] in consumer:
            if is_rare(single[0], RARE_BRAND):
                found.add(single[0])
    return found - NOT_MEDICAL - NOT_DRUGS


# Salts, forms and foods inside the names of drugs.
NOT_DRUGS = set(
    """
    acetic actinic aluminum ammonium anhydrous ascorbic aspart aspartate bentonite benzalkonium benzyl bismuth
    calcium charcoal chromium cobalt copper ferric ferrous folate glucose glycerin iodine iron lanolin
    lanthanum linoleic menthol mineral omega petrolatum polyethylene pyrithione simethicone sorbitol starch
    talc tannic thiamine titanium tocopherol urea vitamin bacitracin biotin niacin albumin adipine amias
    capsaicin camphor carbamide cellulose
    acetate alkaloid alkaloids benzoate bicarbonate bisulfate bitartrate bromide carbonate chloride citrate
    combination combinations dihydrate disodium fluoride fumarate gluconate glycol hydrobromide hydroxide
    implant implants injectable injection inhalation intranasal intravenous kaolin lactate lotion lozenges magnesium malate
    maleate mesylate mouthwash nasal nitrate ointment ophthalmic oral oxide peroxide phosphate potassium
    powder pseudo rectal salicylate selenium sodium solution spray subcutaneous succinate sulfate suspension
    syrup systemic tartrate topical transdermal trihydrate vaginal zinc extended release buccal
    """.split()
)


def strength(term):
    return "strong" if " " in term or ILLNESS.search(term) else "medium"


def write(name, groups, comment):
    lines = [f"# {comment}", "# Generated by generate.py: change that, not this.", ""]
    for (group, grade), terms in sorted(groups.items()):
        lines += ["[[terms]]", f'category = "{group}"', f'strength = "{grade}"', "terms = ["]
        row = " "
        for term in sorted(terms):
            item = f' "{term}",'
            if len(row) + len(item) > 110:
                lines.append(row)
                row = " "
            row += item
        lines += [row, "]", ""]
    (HERE / name).write_text("\n".join(lines[:-1]) + "\n")


def main():
    groups = {}
    for term, group in conditions().items():
        groups.setdefault((group, strength(term)), set()).add(term)
    write("generated-conditions.toml", groups, "Diseases by the words that only their names use.")
    write("generated-drugs.toml", {("medication", "strong"): drugs()}, "Medicines that consumers are prescribed.")


if __name__ == "__main__":
    main()
