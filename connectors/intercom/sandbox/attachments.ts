import { createHmac } from "node:crypto";
import type { Reply } from "./reply.js";

export type AttachmentRecord = {
  readonly id: string;
  readonly name: string;
  readonly contentType: string;
  /** The bytes, or how many zeros there are, for files that nobody wants to hold. */
  readonly content: Uint8Array | { readonly zeros: number };
  /** Names another place than the sandbox's own. */
  readonly url?: string;
  /** A size that is not the true one. */
  readonly announcedBytes?: number;
  /** The type that the file itself is handed out as, where that is another one. */
  readonly answeredType?: string;
};

const ZEROS = new Uint8Array(1_048_576);

/** Files behind signed links that end: nobody needs a token for them, and nobody may send one. */
export class AttachmentLinks {
  private readonly files = new Map<string, AttachmentRecord>();

  constructor(
    /** Where the links lead; a server puts its own address here. */
    public origin: string,
    private readonly secret: string,
    private readonly lifetimeMs: number,
  ) {}

  /** Makes a file known and gives it back. */
  keep(file: AttachmentRecord): AttachmentRecord {
    this.files.set(file.id, file);
    return file;
  }

  forget(files: readonly AttachmentRecord[]): void {
    for (const { id } of files) this.files.delete(id);
  }

  view(file: AttachmentRecord, now: number): Record<string, unknown> {
    return {
      type: "upload",
      name: file.name,
      url: file.url ?? this.signed(file, now),
      content_type: file.contentType,
      filesize: file.announcedBytes ?? size(file),
    };
  }

  answer(url: URL, now: number): Reply {
    const file = this.files.get(url.pathname.split("/")[2] ?? "");
    const expires = url.searchParams.get("expires") ?? "";
    if (file === undefined || !url.pathname.startsWith("/files/")) return text(404, "Not found");
    if (url.searchParams.get("signature") !== this.signature(file.id, expires)) return text(403, "The signature does not fit");
    if (Number(expires) * 1000 <= now) return text(403, "The link has expired");
    return { status: 200, headers: { "content-type": file.answeredType ?? file.contentType }, content: { length: size(file), pieces: () => pieces(file.content) } };
  }

  signed({ id, name }: Pick<AttachmentRecord, "id" | "name">, now: number): string {
    const expires = String(Math.floor((now + this.lifetimeMs) / 1000));
    return `${this.origin}/files/${id}/${encodeURIComponent(name)}?expires=${expires}&signature=${this.signature(id, expires)}`;
  }

  private signature(id: string, expires: string): string {
    return createHmac("sha256", this.secret).update(`${id}.${expires}`).digest("hex");
  }
}

function size({ content }: AttachmentRecord): number {
  return "zeros" in content ? content.zeros : content.byteLength;
}

function* pieces(content: AttachmentRecord["content"]): Generator<Uint8Array> {
  if (!("zeros" in content)) {
    yield content;
    return;
  }
  for (let left = content.zeros; left > 0; left -= ZEROS.byteLength) yield ZEROS.subarray(0, Math.min(left, ZEROS.byteLength));
}

function text(status: number, message: string): Reply {
  return { status, headers: { "content-type": "text/plain" }, content: { text: message } };
}
