using System.Security.Cryptography;
using Ingester.Core.Keys;
using Ingester.Publishing.Export;
using Ingester.Publishing.Signing;
using Ingester.Publishing.Statements;

namespace Ingester.Publishing.Certificates;

/// <summary>
/// Writes certificates. The payload depends on the stores only. If it is the payload of the newest revision, that revision stays with its signature;
/// otherwise the next revision is written. The envelope is written last: without it, a revision does not exist.
/// </summary>
internal sealed class CertificateWriter(CertificateStore exports, CertificateBuilder builder, ICertificateSigner signer, string program)
{
    /// <summary>Maximum number of revisions that are tried while other processes write the same ones.</summary>
    private const int MaxAttempts = 20;

    /// <summary>Certifies an exchange, a dataset and a day.</summary>
    /// <exception cref="CertificateException">Nothing is exported, or something cannot be read, signed or written.</exception>
    public async Task<WrittenCertificate> WriteAsync(CertificateKeys keys, CancellationToken cancellation)
    {
        var manifests = await new ManifestReader(exports).ReadAsync(keys, cancellation);
        if (manifests.Count == 0)
            throw new CertificateException($"Nothing of {keys} is exported, so there is nothing to certify. Run ingester export first.");
        await RequireFilesAsync(keys, manifests.Values, cancellation);
        var content = await builder.BuildAsync(keys, manifests, program, cancellation) with { Previous = await exports.FindFirstAsync(keys.DayBefore, cancellation) };
        var skipped = 0;
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var revisions = await exports.ListRevisionsAsync(keys, cancellation);
            var latest = revisions is [.., var newest] ? await exports.ReadAsync(keys, newest, cancellation) : null;
            if (latest is not null && IsCurrent(keys, content, latest))
                return new(keys, latest.Statement, latest.Digest, IsNew: false);
            var statement = Compose(keys, content with
            {
                Revision = Math.Max(revisions is [.., var last] ? last + 1 : 1, skipped + 1),
                Changes = latest is null ? [] : CertificateChanges.Describe(latest.Statement.Predicate, content),
                Replaces = latest?.ToReference(),
            });
            if (await TryWriteAsync(keys, statement, cancellation) is { } written)
                return written;
            skipped = statement.Predicate.Revision;
        }

        throw new CertificateException($"No revision of the certificate of {keys} could be written: other programs write them at the same time.");
    }

    /// <summary>True if a certificate states exactly this content.</summary>
    public static bool IsCurrent(CertificateKeys keys, Predicate content, StoredCertificate certificate) =>
        Compose(keys, Continue(content, certificate.Statement.Predicate)).ToJson().AsSpan().SequenceEqual(certificate.Envelope.Payload);

    /// <summary>The content with the revision fields of an existing revision. The version of the program is not compared: a new version alone makes no new revision.</summary>
    private static Predicate Continue(Predicate content, Predicate latest) =>
        content with { Revision = latest.Revision, Changes = latest.Changes, Replaces = latest.Replaces, Program = latest.Program };

    private static CertificateStatement Compose(CertificateKeys keys, Predicate predicate)
    {
        var (files, revision) = (FilesOf(predicate), predicate.Revision);
        return new()
        {
            Subject =
            [
                .. files.Select(file => new Subject(file.Key, new(file.Sha256)))
                    .Append(SubjectOf(keys, keys.Checksums(revision), ChecksumList.Write(files)))
                    .Append(SubjectOf(keys, keys.DataPackage(revision), DataPackage.Write(predicate)))
                    .OrderBy(subject => subject.Name, StringComparer.Ordinal),
            ],
            Predicate = predicate,
        };
    }

    private static Subject SubjectOf(CertificateKeys keys, string key, byte[] content) => new(keys.Relative(key), new(Convert.ToHexStringLower(SHA256.HashData(content))));

    private static List<ExportedFile> FilesOf(Predicate predicate) => [.. predicate.Streams.SelectMany(stream => stream.Files)];

    private async Task<WrittenCertificate?> TryWriteAsync(CertificateKeys keys, CertificateStatement statement, CancellationToken cancellation)
    {
        var (revision, payload) = (statement.Predicate.Revision, statement.ToJson());
        if (!await exports.TryWriteAsync(keys.Checksums(revision), ChecksumList.Write(FilesOf(statement.Predicate)), cancellation)
            || !await exports.TryWriteAsync(keys.DataPackage(revision), DataPackage.Write(statement.Predicate), cancellation))
            return null;
        var signature = await signer.SignAsync(Envelope.EncodeForSigning(Envelope.StatementType, payload), cancellation);
        var envelope = new Envelope { Payload = payload, Signatures = [new(signer.KeyId, signature)] };
        return await exports.TryWriteAsync(keys.Envelope(revision), envelope.ToJson(), cancellation) ? new(keys, statement, CertificateStatement.DigestOf(payload), IsNew: true) : null;
    }

    /// <summary>Requires that each file of the manifests is stored with the size that they name.</summary>
    private async Task RequireFilesAsync(CertificateKeys keys, IEnumerable<StreamExport> manifests, CancellationToken cancellation)
    {
        foreach (var file in manifests.SelectMany(manifest => manifest.Files))
            if (await exports.Objects.HeadAsync(ObjectKey.Root(keys.Prefix) + file.Key, cancellation) is not { } found)
                throw new CertificateException($"{file.Key} is in a manifest, and is not stored. Run ingester export again.");
            else if (found.Size != file.Bytes)
                throw new CertificateException($"{file.Key} has {found.Size} bytes, and its manifest says {file.Bytes}. Run ingester export again.");
    }
}
