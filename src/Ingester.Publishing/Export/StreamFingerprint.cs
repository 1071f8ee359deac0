using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Reading.Merging;
using Ingester.Reading.Objects;
using Ingester.Reading.Books;

namespace Ingester.Publishing.Export;

/// <summary>What the store holds about one stream and day, without opening its data: names and sizes, coverage and gaps.</summary>
internal sealed class StreamFingerprint : IDisposable
{
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    private StreamFingerprint()
    {
    }

    /// <summary>True if the day has an object of the stream, or a recording was expected.</summary>
    public bool IsExpected { get; private set; }

    /// <summary>The hash, 64 hex digits.</summary>
    public string Sha256 { get; private set; } = "";

    /// <summary>Reads the fingerprint.</summary>
    /// <param name="archive">The archive.</param>
    /// <param name="journals">The journals of the exchange.</param>
    /// <param name="stream">The stream.</param>
    /// <param name="day">The day.</param>
    /// <param name="cancellation">Cancels the read.</param>
    /// <param name="more">A text that also belongs to the fingerprint.</param>
    public static async Task<StreamFingerprint> ReadAsync(ArchiveReader archive, JournalCache journals, StreamId stream, Period day, CancellationToken cancellation, string more = "")
    {
        using var print = new StreamFingerprint();
        var isBook = stream.Dataset is Dataset.Depth or Dataset.Snapshots;
        print.Add(more);
        var from = day.From;
        if (isBook)
            from = await print.AddSnapshotsAsync(archive, stream, day, cancellation);
        if (stream.Dataset.IsStreamed())
            await print.AddSegmentsAsync(archive, stream, new(from, day.To), day, cancellation);
        for (var at = new Period(from, day.To).ToWholeHours().From; at < day.To;)
        {
            var part = await journals.GetAsync(at, cancellation);
            var journal = part.Journal.GetStream(stream);
            print.IsExpected |= part.Period.From >= day.From && journal.WasExpected;
            foreach (var line in journal.Lines)
                print.Add(string.Create(CultureInfo.InvariantCulture, $"{line.Replica} {line.Window.StartMicros} {line.Window.Minutes} {line.State} {line.Range?.After} {line.Range?.UpTo} {line.Rows} {line.Grade} {line.HashStart}"));
            foreach (var gap in part.Journal.GetGaps(stream).Where(gap => gap.From < day.To && gap.To >= from))
                print.Add(string.Create(CultureInfo.InvariantCulture, $"{gap.Replica} {gap.After} {gap.UpTo} {gap.From} {gap.To} {gap.Cause}"));
            at = part.Period.To;
        }

        print.Sha256 = Convert.ToHexStringLower(print.hash.GetHashAndReset());
        return print;
    }

    /// <inheritdoc/>
    public void Dispose() => hash.Dispose();

    private async Task AddSegmentsAsync(ArchiveReader archive, StreamId stream, Period period, Period day, CancellationToken cancellation)
    {
        await foreach (var entry in archive.Listing.ListSegmentsAsync(stream, period, cancellation, variants: true, expired: true))
        {
            Add(string.Create(CultureInfo.InvariantCulture, $"{entry.Key} {entry.Size}"));
            IsExpected |= day.Overlaps(entry.Name.Window);
        }
    }

    /// <summary>Adds the snapshots of the day and the last one before it; returns the time of that one, from which the book of the day is replayed.</summary>
    private async Task<long> AddSnapshotsAsync(ArchiveReader archive, StreamId stream, Period day, CancellationToken cancellation)
    {
        var from = day.From;
        for (var back = 0; back <= SnapshotSource.LookBackDays && from == day.From; back++)
            foreach (var (name, key) in (await archive.Listing.ListSnapshotsAsync(stream.Exchange, stream.Market, Micros.ToDateTime(day.From - 1).Date.AddDays(-back), cancellation)).Reverse())
            {
                Add(key);
                from = name.MinuteMicros;
                break;
            }

        await foreach (var (_, key) in new SnapshotSource(archive, stream.Exchange, stream.Market).ListAsync(day, cancellation))
        {
            Add(key);
            IsExpected = true;
        }

        return from;
    }

    private void Add(string line) => hash.AppendData(Encoding.UTF8.GetBytes(line + "\n"));
}
