using System.Globalization;
using System.Text;
using Ingester.Core.Markets;
using Ingester.Publishing.Witnesses;
using Ingester.Schemas;

namespace Ingester.Verifying;

/// <summary>Comparisons as text and as JSON.</summary>
internal static class WitnessText
{
    private const int MaxRanges = 10;

    /// <summary>Prints a comparison.</summary>
    public static void Write(WitnessReport report)
    {
        Console.WriteLine(Head(report));
        if (report is { IsReplaced: true, Earlier: { } earlier })
            Console.WriteLine($"  the exchange has replaced {report.File} since {earlier.Statement}, whose verdict was {earlier.Verdict.Replace('-', ' ')}: its SHA-256 was {earlier.Sha256}, and is {report.Sha256}");
        WriteRanges("the store has, and the file lacks", report.OnlyOurs, Noun(report));
        WriteRanges("the file has, and the store lacks", report.OnlyTheirs, Noun(report));
        foreach (var difference in report.Differences.Take(MaxRanges))
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {difference.Field} of {(difference.Id is { } id ? $"id {id}" : $"the trade at {difference.Micros}")}: {difference.Ours} in the store, {difference.Theirs} in the file"));
        if (report.Different > MaxRanges)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {report.Different - MaxRanges:N0} more differences; --json lists them"));
    }

    /// <summary>A comparison as the object that <c>--json</c> prints.</summary>
    public static object JsonModel(WitnessReport report) => new
    {
        Schema = OutputSchema.Verify,
        report.Stream.Exchange,
        Dataset = report.Stream.Dataset.Name(),
        Pair = report.Stream.Market,
        report.Day,
        From = report.FromMicros,
        To = report.ToMicros,
        report.File,
        report.Address,
        report.Sha256,
        report.LastModified,
        report.ChecksumMatches,
        Earlier = report.Earlier is { } earlier ? new { earlier.Statement, earlier.Sha256, earlier.LastModified, earlier.Verdict } : null,
        report.IsReplaced,
        Verdict = Name(report.Verdict),
        report.Reason,
        report.JoinedById,
        report.Rows,
        report.Same,
        report.IsProven,
        OnlyOurs = Ranges(report.OnlyOurs),
        OnlyTheirs = Ranges(report.OnlyTheirs),
        report.LeftOut,
        report.Repeated,
        report.Different,
        report.Differences,
    };

    private static string Noun(WitnessReport report) => report.Stream.Dataset == Dataset.Depth ? "diffs" : "trades";

    private static object Ranges(TradeRanges ranges) => new { ranges.Count, ranges.Listed, ranges.Unlisted };

    private static string Head(WitnessReport report)
    {
        var head = string.Create(CultureInfo.InvariantCulture, $"{report.Stream} {report.Day:yyyy-MM-dd}: {Name(report.Verdict).Replace('-', ' ')}");
        if (report.Verdict == WitnessVerdict.NoWitness)
            return $"{head}: {report.Reason}";
        var notes = new StringBuilder();
        if (!report.JoinedById)
            notes.Append("; compared by time, price, size and side");
        if (report.LeftOut > 0)
            notes.Append(CultureInfo.InvariantCulture, $"; {report.LeftOut:N0} {(report.Stream.Dataset == Dataset.Depth ? "diffs are snapshots in the file" : "trades outside of the order book are not in the file")}");
        if (report.Repeated > 0)
            notes.Append(CultureInfo.InvariantCulture, $"; {report.Repeated:N0} {Noun(report)} are repeated");
        if (!report.IsProven)
            notes.Append("; the store's own proof of this time has gaps");
        return string.Create(CultureInfo.InvariantCulture, $"{head}; {report.Same:N0} of {report.Rows:N0} {Noun(report)} of {report.File} are the same{notes}");
    }

    private static void WriteRanges(string what, TradeRanges ranges, string noun)
    {
        if (ranges.Count == 0)
            return;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {ranges.Count:N0} {noun} {what}:"));
        foreach (var range in ranges.Listed.Take(MaxRanges))
            Console.WriteLine($"    {range.Describe(noun)}");
        if (ranges.Listed.Count > MaxRanges)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"    and {ranges.Count - ranges.Listed.Take(MaxRanges).Sum(range => range.Count):N0} more; --json lists {ranges.Listed.Count:N0} ranges"));
    }

    private static string Name(WitnessVerdict verdict) => verdict switch
    {
        WitnessVerdict.Confirmed => "confirmed",
        WitnessVerdict.ArchiveIncomplete => "archive-incomplete",
        WitnessVerdict.WeLack => "we-lack",
        WitnessVerdict.Contradiction => "contradiction",
        _ => "no-witness",
    };
}
