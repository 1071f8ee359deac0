using System.Globalization;
using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Publishing.Export;
using Ingester.Publishing.Statements;
using Ingester.Testing.Model;
using Ingester.Testing.Stores;

namespace Ingester.Testing.Days;

/// <summary>
/// Compares the exported files of recorded days with the sent events, row by row: they have everything that a replica received and nothing else, and what is missing is
/// exactly what the certificates report as missing.
/// </summary>
internal sealed class DayComparison(RecordedDays days)
{
    private const long KillMargin = 5 * Schedule.Minute; // what a killed process received earlier than this before its end is stored

    /// <summary>Number of compared rows.</summary>
    public long Rows { get; private set; }

    /// <summary>Number of events that are not in the files.</summary>
    public long Missing { get; private set; }

    /// <summary>Compares all streams.</summary>
    public void Compare()
    {
        foreach (var stream in days.Recorded.Truth.Streams)
        {
            var id = RecordedDays.IdOf(stream);
            var exports = days.Days.Where(day => days.Manifests.ContainsKey((id, day))).Select(day => days.Manifests[(id, day)]).ToList();
            var certified = exports.Select(export => days.Certificates[(id.Dataset.Name(), export.Day)].Predicate.Streams.Single(one => one.Pair == id.Market)).ToList();
            foreach (var (export, certificate) in exports.Zip(certified))
                Assert.Equal((export.Events, export.Revision, export.First, export.Last), (certificate.Events, certificate.Export!.Value, certificate.First, certificate.Last));
            if (stream.Plan.Dataset == Dataset.Trades)
                CompareTrades(stream, exports, certified);
            else
                CompareBook(stream, exports, certified);
        }
    }

    private void CompareTrades(TruthStream stream, List<StreamExport> exports, List<CertifiedStream> certified)
    {
        var byId = stream.Chain.ToDictionary(sent => sent.UpTo.ToString(CultureInfo.InvariantCulture), StringComparer.Ordinal);
        var found = new List<WireEvent>();
        foreach (var export in exports)
        {
            var (rows, local) = (ReadRows(export, "trades"), long.MinValue);
            Assert.Equal((export.Events, export.Events), (rows.Count, export.Files.Single(file => file.DataType == "parquet").Rows));
            foreach (var row in rows)
            {
                var sent = byId[row[4]];
                local = Math.Max(local, sent.Ts);
                Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"binance,{stream.Market},{sent.Ts},{local},{sent.UpTo},buy,{sent.Serial},1"), string.Join(',', row));
                AssertDay(export, sent);
                found.Add(sent);
            }
        }

        Assert.Equal(found.Select(sent => sent.Place).Distinct().Order(), found.Select(sent => sent.Place));
        CompareMissing(stream, found.Select(sent => sent.Place).ToHashSet(), certified);
        Rows += found.Count;
    }

    /// <summary>Checks that all missing events are in the gaps of the certificates, that these gaps have no other events, and that every event that was certainly stored is exported.</summary>
    private void CompareMissing(TruthStream stream, HashSet<int> found, List<CertifiedStream> certified)
    {
        var missing = new List<(long After, long UpTo)>();
        var (first, last) = (found.Min(), found.Max());
        foreach (var sent in stream.Chain.Where(sent => !found.Contains(sent.Place)))
        {
            Assert.False(IsReceived(sent), $"{stream}: {sent} was received and is not exported");
            if (sent.Place < first || sent.Place > last)
                continue; // ids before the first and after the last event are unknown
            Missing++;
            if (missing.Count > 0 && missing[^1].UpTo == sent.After)
                missing[^1] = (missing[^1].After, sent.UpTo);
            else
                missing.Add((sent.After, sent.UpTo));
            Assert.True(certified.Exists(day => day.Unproven.Any(time => time.From <= sent.Ts && sent.Ts < time.To)), $"{stream}: {sent} is missing at a time that is certified as proven");
        }

        Assert.Equal(missing, certified.SelectMany(day => day.Missing).Select(gap => (gap.After, gap.UpTo)).Distinct().Order());
    }

    private void CompareBook(TruthStream stream, List<StreamExport> exports, List<CertifiedStream> certified)
    {
        var bySerial = stream.Chain.ToDictionary(sent => sent.Serial);
        var found = new HashSet<int>();
        foreach (var export in exports)
        {
            var (book, isFirst) = (new SortedSet<int>(), true);
            foreach (var message in ReadRows(export, "incremental_book_L2").GroupBy(row => row[3]))
            {
                var rows = message.ToList();
                Assert.True(rows.TrueForAll(row => row[2] == rows[0][2] && row[4] == rows[0][4]), $"{stream}: the rows of message {message.Key} differ in time or kind");
                if (rows[0][4] == "true")
                    book.Clear();
                Assert.True(rows[0][4] == "true" || !isFirst, $"{stream}: {export.Day} does not begin with a snapshot");
                foreach (var row in rows)
                {
                    Assert.Equal(("bid", "1"), (row[5], row[7]));
                    Assert.True(book.Add(int.Parse(row[6], CultureInfo.InvariantCulture)), $"{stream}: {string.Join(',', row)} is there twice");
                }

                var last = bySerial[book.Max];
                Assert.Equal((last.Place + 1, stream.Chain[0].Serial), (book.Count, book.Min)); // serials are consecutive: the book contains every diff that was sent up to the last one
                if (rows.Count == 1 && rows[0][4] == "false" && rows[0][2] == last.Ts.ToString(CultureInfo.InvariantCulture))
                {
                    Assert.True(found.Add(last.Place), $"{stream}: {last} is exported twice");
                    AssertDay(export, last);
                }

                isFirst = false;
                Rows += rows.Count;
            }
        }

        // A diff is left out only between a gap and the next snapshot, and before the first one.
        foreach (var sent in stream.Chain.Where(sent => !found.Contains(sent.Place) && IsReceived(sent)))
            Assert.True(certified.Zip(exports).Any(day => day.Second.BookFrom is not { } from || sent.Ts <= from || day.First.Missing.Any(gap => gap.After < sent.UpTo && (gap.BookFrom is not { } again || sent.Ts <= again))),
                $"{stream}: {sent} is not exported, and no certificate says why");
        CompareDiffs(stream, exports, certified);
    }

    /// <summary>Checks that the gaps of the certificates contain every diff that no replica received, and no diff that was received.</summary>
    private void CompareDiffs(TruthStream stream, List<StreamExport> exports, List<CertifiedStream> certified)
    {
        var stored = certified.SelectMany(day => day.Missing).Select(gap => (gap.After, gap.UpTo)).Distinct().ToList();
        Assert.All(stream.Chain.Where(IsReceived), sent => Assert.DoesNotContain(stored, gap => gap.After < sent.UpTo && gap.UpTo > sent.After));
        var (first, last) = (long.Parse(exports[0].First!.Id!, CultureInfo.InvariantCulture), long.Parse(exports[^1].Last!.Id!, CultureInfo.InvariantCulture));
        foreach (var sent in stream.Chain.Where(sent => sent.UpTo > first && sent.UpTo < last && !IsReceivedByAny(sent)))
        {
            Missing++;
            Assert.Contains(stored, gap => gap.After <= sent.After && gap.UpTo >= sent.UpTo);
        }
    }

    private static void AssertDay(StreamExport export, WireEvent sent) =>
        Assert.InRange(sent.Ts, Start(export.Day) - 5 * Schedule.Minute, Start(export.Day.AddDays(1)) + 5 * Schedule.Minute); // a late event may be stored in a window of the other day

    private static long Start(DateOnly day) => Micros.From(new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero));

    private bool IsReceivedByAny(WireEvent sent) => days.Recorded.Runs.Exists(run => run.Processes.Exists(process => process.WayOf(sent).HasFlag(Way.Received)));

    /// <summary>True if a process received the event, and did not lose it when it was killed.</summary>
    private bool IsReceived(WireEvent sent) => days.Recorded.Runs.Exists(run => run.Processes.Exists(process => process.WayOf(sent) is var way
        && way.HasFlag(Way.Received) && (!process.Killed || (sent.SentAt + KillMargin < process.EndedAt && !way.HasFlag(Way.Delayed)))));

    private List<string[]> ReadRows(StreamExport export, string dataType)
    {
        var file = export.Files.Single(file => file.DataType == dataType);
        var lines = StoredText.Unpack(days.Store.Body(file.Key))!.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(file.Rows, lines.Length - 1);
        return [.. lines.Skip(1).Select(line => line.Split(','))];
    }
}
