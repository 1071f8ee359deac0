using System.Globalization;
using Ingester.Publishing.Statements;

namespace Ingester.Publishing.Certificates;

/// <summary>Describes, as sentences, what a new revision of a certificate changes.</summary>
internal static class CertificateChanges
{
    /// <summary>Compares two predicates of the same exchange, dataset and day.</summary>
    public static IReadOnlyList<string> Describe(Predicate before, Predicate after)
    {
        var changes = new List<string>();
        if (before.Condition != after.Condition)
            changes.Add($"Condition: {Word(before.Condition)} before, {Word(after.Condition)} now.");
        if (before.Previous?.Digest != after.Previous?.Digest)
            changes.Add(before.Previous is null ? "The day before has a certificate now." : "The first certificate of the day before is another one.");
        var known = before.Streams.ToDictionary(stream => stream.Pair, StringComparer.Ordinal);
        foreach (var stream in after.Streams)
            if (!known.Remove(stream.Pair, out var old))
                changes.Add($"{stream.Pair}: new.");
            else if (Describe(old, stream) is { Length: > 0 } what)
                changes.Add($"{stream.Pair}: {what}.");
        changes.AddRange(known.Keys.Order(StringComparer.Ordinal).Select(pair => $"{pair}: no longer known."));
        if (changes.Count == 0)
            changes.Add("Only details of unreadable objects, versions or totals changed.");
        return changes;
    }

    private static string Describe(CertifiedStream before, CertifiedStream after)
    {
        var parts = new List<string>();
        void Add(string name, object? old, object? now)
        {
            if (!Equals(old, now))
                parts.Add(string.Create(CultureInfo.InvariantCulture, $"{name} {old ?? "none"} before, {now ?? "none"} now"));
        }

        Add("condition", Word(before.Condition), Word(after.Condition));
        Add("export revision", before.Export, after.Export);
        Add("input objects", before.Inputs?.Objects, after.Inputs?.Objects);
        Add("events", before.Events, after.Events);
        Add("proven windows", before.Windows.Complete + before.Windows.Quiet, after.Windows.Complete + after.Windows.Quiet);
        Add("gaps in the ids", before.Missing.Count, after.Missing.Count);
        Add("open gaps", before.Open.Count, after.Open.Count);
        Add("closed gaps", before.Closed.Count, after.Closed.Count);
        var old = before.Files.ToDictionary(file => file.Key, file => file.Sha256, StringComparer.Ordinal);
        var changed = after.Files.Count(file => old.GetValueOrDefault(file.Key) != file.Sha256) + before.Files.Count(file => !after.Files.Any(now => now.Key == file.Key));
        if (changed > 0)
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{changed} files changed"));
        return string.Join("; ", parts);
    }

    private static string Word(Condition condition) => condition.ToString().ToLowerInvariant();
}
