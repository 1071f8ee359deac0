using System.Globalization;
using Ingester.Publishing.Certificates;
using Ingester.Publishing.Statements;
using Ingester.Replaying;

namespace Ingester.Certifying;

/// <summary>Certificates as text.</summary>
internal static class CertificateText
{
    private const int MaxStreams = 20;

    /// <summary>Writes one line about a written certificate.</summary>
    public static void Write(WrittenCertificate written)
    {
        var predicate = written.Statement.Predicate;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{written.Keys}: {Word(predicate.Condition)}, revision {predicate.Revision} ({(written.IsNew ? "new" : "unchanged")}), {predicate.Streams.Count:N0} markets, {predicate.Events:N0} events, sha256:{written.Digest}"));
    }

    /// <summary>Writes the content of a certificate.</summary>
    public static void Write(StoredCertificate certificate)
    {
        var predicate = certificate.Statement.Predicate;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{predicate.Exchange} {predicate.Dataset} of {predicate.Day:yyyy-MM-dd}, revision {predicate.Revision}: {Word(predicate.Condition)}"));
        Line("digest", $"sha256:{certificate.Digest}");
        Line("signed with", string.Join(", ", certificate.Envelope.Signatures.Select(signature => signature.KeyId)));
        Line("program", predicate.Program);
        Line("day before", predicate.Previous is { } previous ? $"revision {previous.Revision}, sha256:{previous.Digest.Sha256}" : "no certificate");
        foreach (var change in predicate.Changes)
            Line("changed", change);
        Line("files", Number(certificate.Statement.Subject.Count));
        Line("inputs", $"{Number(predicate.Inputs.Objects)} objects, sha256:{predicate.Inputs.Sha256}");
        Line("events", Number(predicate.Events));
        Line("windows", $"{Number(Sum(predicate, windows => windows.Complete))} complete, {Number(Sum(predicate, windows => windows.Quiet))} quiet, {Number(Sum(predicate, windows => windows.Disputed))} disputed, "
            + $"{Number(Sum(predicate, windows => windows.Partial))} partial, {Number(Sum(predicate, windows => windows.Missing))} missing");
        Line("gaps", predicate.Gaps is { PerMillionBefore: { } before, PerMillionAfter: { } after }
            ? string.Create(CultureInfo.InvariantCulture, $"{before:0.###} per million messages before merging, {after:0.###} after")
            : "no messages");
        Line("replicas", $"{Number(predicate.Agreement.Equal)} windows equal, {Number(predicate.Agreement.Different)} different, {Number(predicate.Agreement.Single)} recorded by one replica");
        foreach (var sentence in predicate.Unreadable)
            Line("unreadable", sentence);
        WriteStreams(predicate);
    }

    private static void WriteStreams(Predicate predicate)
    {
        var doubtful = predicate.Streams.Where(stream => stream.Condition != Condition.Available).ToList();
        Line("markets", $"{Number(predicate.Streams.Count)}, of which {Number(predicate.Streams.Count - doubtful.Count)} are available");
        foreach (var stream in doubtful.Take(MaxStreams))
        {
            Line(stream.Pair, $"{Word(stream.Condition)}: {string.Join(' ', stream.Reasons)}");
            foreach (var gap in stream.Missing.Take(MaxStreams))
                Line("", $"({gap.After}, {gap.UpTo}] is missing between {EventLineWriter.FormatTime(gap.From)} and {EventLineWriter.FormatTime(gap.To)}{(gap.Causes.Count > 0 ? $" ({string.Join(", ", gap.Causes)})" : "")}");
        }

        if (doubtful.Count > MaxStreams)
            Console.WriteLine($"… and {Number(doubtful.Count - MaxStreams)} more; --json prints all.");
    }

    private static void Line(string name, string value) => Console.WriteLine($"  {name,-12} {value}");

    private static string Word(Condition condition) => condition.ToString().ToLowerInvariant();

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static long Sum(Predicate predicate, Func<WindowCounts, int> count) => predicate.Streams.Sum(stream => (long)count(stream.Windows));
}
