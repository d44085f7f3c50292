import { expect } from "chai";
import { mentionsIn } from "../../../connectors/intercom/mentions.js";

describe("what a text may call somebody whom nothing else names", () => {
  const named = (text: string): readonly string[] => [...mentionsIn(text)].map((each) => each.named);

  it("is a row of words with capitals, as names are written, and what may be one within it", () => {
    expect(named("Ask Carla Jones today.")).to.deep.equal(["Ask Carla Jones", "Ask Carla Jone", "Ask Carla", "Carla Jones", "Carla Jone"]);
    expect(named("ask carla jones, Carla. and Max")).to.deep.equal([]);
    for (const [text, name] of [["Jones, Carla", "Jones, Carla"], ["see Carla_Jones.pdf", "Carla_Jones"], ["Uwe von der Lang is here", "Uwe von der Lang"], ["Carla M. Jones", "Carla M. Jones"], ["J.R. Ewing", "J.R. Ewing"], ["Carla Jones's car", "Carla Jones"], ["Carla Jones' car", "Carla Jones"], ["Uwe Langs Auto", "Uwe Lang"], ["the Carla Jones-Team", "Carla Jones"], ["Jo O'Neil", "Jo O'Neil"], ["Giulia d'Angelo", "Giulia d'Angelo"], ["Omar al-Sayed", "Omar al-Sayed"], ["Max von und zu Berg", "Max von und zu Berg"], ["meeting-Carla Jones", "Carla Jones"], ["10:30-Carla Jones", "Carla Jones"], ["Lotte van't Hoff", "Lotte van't Hoff"], ["Ana Maria de la Cruz Lopez", "Ana Maria de la Cruz Lopez"]] as const) expect(named(text), text).to.include(name);
    expect(named("Carla   Jones"), "spaces are one by then").to.deep.equal([]);
    expect(named("I met Carla. Jones came."), "two sentences").to.deep.equal([]);
    expect(named("Ada Jones, Carla and I"), "two people").to.deep.equal(["Ada Jones", "Ada Jone"]);
  });

  it("is an address, without the marks around it and the sentence after it, and no name within one", () => {
    for (const text of ["'carla@staff.example.test'", "_carla@staff.example.test_", "--carla@staff.example.test", "...carla@staff.example.test.", "see...carla@staff.example.test", "carla@staff.example.test-", "carla@staff.example.test.Please", "carla@staff.example.test-, ", "<carla@staff.example.test>"]) expect(named(text), text).to.include("carla@staff.example.test");
    expect(named("I am Carla_Jones@mail.example.test or Carla+Jones@mail.example.test").every((each) => each.includes("@"))).to.equal(true);
    expect(named("@ a@ @b a@b")).to.deep.equal([]);
  });

  it("is where it stands", () => {
    const text = "Ask Carla Jones, or (carla@staff.example.test).";
    for (const { from, to, named: name } of mentionsIn(text)) expect(text.slice(from, to)).to.equal(name);
  });

  it("is found in a time that grows with the text alone, whatever that is made of", () => {
    const most = (unit: string): number => {
      const text = unit.repeat(200_000 / unit.length);
      return [...mentionsIn(text)].length / text.length;
    };
    // Beginning anew within each word would take minutes.
    for (const unit of ["A-", "A'", "X\u0323\u0301", "@", "a@b.c", "Ab ", "A.", "van ", "A_"]) expect(most(unit), unit).to.be.at.most(4);
  });
});
