using System.Text.Json;
using Ingester.Core.Keys;
using Ingester.Publishing.Certificates;
using Ingester.Publishing.Export;
using Ingester.Publishing.Signing;
using Ingester.Publishing.Statements;

namespace Ingester.Publishing.Verification;

/// <summary>
/// Verifies a certificate: its signature, that it belongs to its key, the hash and the rows of every file, and that it follows the certificates that it names.
/// </summary>
/// <param name="exports">The store with the certificates and the files.</param>
/// <param name="trusted">The trusted public keys.</param>
internal sealed class CertificateVerifier(CertificateStore exports, TrustedKeys trusted)
{
    /// <summary>Verifies one revision.</summary>
    /// <param name="keys">Exchange, dataset and day.</param>
    /// <param name="options">What is verified.</param>
    /// <param name="cancellation">Cancels the verification.</param>
    public async Task<VerificationResult> VerifyAsync(CertificateKeys keys, VerificationOptions options, CancellationToken cancellation)
    {
        var revisions = await exports.ListRevisionsAsync(keys, cancellation);
        if (revisions is not [.., var newest])
            return VerificationResult.Failed(keys, "There is no certificate.");
        var revision = options.Revision ?? newest;
        var problems = new List<string>();
        if (await OpenAsync(keys, revision, problems, cancellation) is not { } certificate)
            return new(keys, null, null, null, problems);
        var predicate = certificate.Statement.Predicate;
        CheckContent(certificate.Statement, problems);
        var files = new FileCheck(exports.Objects);
        var checkedFiles = await CheckFilesAsync(keys, certificate.Statement, options, files, problems, cancellation);
        await CheckInputListsAsync(keys, predicate, options, files, problems, cancellation);
        if (options.Chain)
        {
            await CheckReferenceAsync(keys.DayBefore, predicate.Previous, "the day before", problems, cancellation);
            await CheckReferenceAsync(keys, predicate.Replaces, "the revision that it replaces", problems, cancellation);
        }

        return new(keys, certificate.Statement, certificate.Digest, trusted.FindSigner(certificate.Envelope), problems) { Files = checkedFiles, Bytes = files.Bytes, Rows = files.Rows };
    }

    /// <summary>Reads a certificate and checks signature and identity; null when it cannot be trusted.</summary>
    private async Task<StoredCertificate?> OpenAsync(CertificateKeys keys, int revision, List<string> problems, CancellationToken cancellation)
    {
        StoredCertificate? certificate;
        try
        {
            certificate = await exports.ReadAsync(keys, revision, cancellation);
        }
        catch (CertificateException error)
        {
            problems.Add(error.Message);
            return null;
        }

        if (certificate is null)
        {
            problems.Add($"Revision {revision} of the certificate of {keys} is not there.");
            return null;
        }

        if (trusted.FindSigner(certificate.Envelope) is null)
        {
            var named = certificate.Envelope.Signatures.Select(signature => signature.KeyId).Distinct(StringComparer.Ordinal).ToList();
            problems.Add(named.Exists(key => trusted.Ids.Contains(key))
                ? $"The signature of {certificate.Key} is false: the content was changed, or it was not signed with the key {named.Find(key => trusted.Ids.Contains(key))}."
                : $"{certificate.Key} is not signed with a trusted key: it names {(named.Count == 0 ? "none" : string.Join(", ", named))}; trusted are {string.Join(", ", trusted.Ids)}.");
            return null;
        }

        if (certificate.Statement.Predicate is var predicate && (predicate.Exchange != keys.Exchange || predicate.Dataset != keys.Dataset || predicate.Day != keys.Day || predicate.Revision != revision))
        {
            problems.Add($"{certificate.Key} is the certificate of {predicate.Exchange} {predicate.Dataset} of {predicate.Day:yyyy-MM-dd}, revision {predicate.Revision}: it does not belong there.");
            return null;
        }

        return certificate;
    }

    /// <summary>Checks that the predicate and the subjects name the same files.</summary>
    private static void CheckContent(CertificateStatement statement, List<string> problems)
    {
        var subjects = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var subject in statement.Subject)
            if (!subjects.TryAdd(subject.Name, subject.Digest.Sha256))
                problems.Add($"The certificate names {subject.Name} twice.");
        problems.AddRange(statement.Predicate.Streams.SelectMany(stream => stream.Files).Where(file => subjects.GetValueOrDefault(file.Key) != file.Sha256)
            .Select(file => $"The certificate contradicts itself about {file.Key}."));
    }

    private async Task<int> CheckFilesAsync(CertificateKeys keys, CertificateStatement statement, VerificationOptions options, FileCheck check, List<string> problems, CancellationToken cancellation)
    {
        var described = new Dictionary<string, (CertifiedStream Stream, ExportedFile File)>(StringComparer.Ordinal);
        foreach (var stream in statement.Predicate.Streams)
            foreach (var file in stream.Files)
                described[file.Key] = (stream, file);
        var superseded = options.Revision is null ? null : new SupersededFiles(exports.Objects, keys.Prefix);
        var count = 0;
        foreach (var subject in statement.Subject)
        {
            var known = described.TryGetValue(subject.Name, out var found);
            if (known && !options.Selects(found.Stream.Pair))
                continue;
            count++;
            options.Progress?.Report((count, statement.Subject.Count));
            var key = known && superseded is not null
                ? await superseded.LocateAsync(subject.Name, found.Stream.Export ?? 1, cancellation)
                : ObjectKey.Root(keys.Prefix) + subject.Name;
            problems.AddRange(await check.CheckAsync(key, subject.Name, subject.Digest.Sha256, known ? found.File : null, cancellation));
        }

        return count;
    }

    /// <summary>Checks that the lists of the objects that the files were made from are those that the certificate names.</summary>
    private async Task CheckInputListsAsync(CertificateKeys keys, Predicate predicate, VerificationOptions options, FileCheck check, List<string> problems, CancellationToken cancellation)
    {
        var superseded = options.Revision is null ? null : new SupersededFiles(exports.Objects, keys.Prefix);
        foreach (var stream in predicate.Streams)
            if (options.Selects(stream.Pair) && stream.Inputs is { List: { } name } inputs)
            {
                var key = superseded is null ? ObjectKey.Root(keys.Prefix) + name : await superseded.LocateAsync(name, stream.Export ?? 1, cancellation);
                if (await check.CheckListAsync(key, name, inputs, cancellation) is { } problem)
                    problems.Add(problem);
            }
    }

    private async Task CheckReferenceAsync(CertificateKeys keys, CertificateReference? reference, string what, List<string> problems, CancellationToken cancellation)
    {
        if (reference is null)
            return;
        if (reference.Day != keys.Day)
        {
            problems.Add($"The chain to {what} is broken: the certificate names {reference.Day:yyyy-MM-dd}.");
            return;
        }

        var key = keys.Envelope(reference.Revision);
        StoredCertificate? found;
        try
        {
            found = await exports.ReadAsync(keys, reference.Revision, cancellation);
        }
        catch (Exception error) when (error is CertificateException or JsonException)
        {
            problems.Add($"The chain to {what} is broken: {error.Message}");
            return;
        }

        if (found is null)
            problems.Add($"The chain to {what} is broken: {key} is not there.");
        else if (found.Digest != reference.Digest.Sha256)
            problems.Add($"The chain to {what} is broken: {key} has the digest {found.Digest}, and this certificate names {reference.Digest.Sha256}.");
        else if (trusted.FindSigner(found.Envelope) is null)
            problems.Add($"The chain to {what} is broken: {key} has no signature of a trusted key.");
    }
}
