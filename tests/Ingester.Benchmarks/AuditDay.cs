using System.Buffers;
using System.Text;
using Ingester.Core.Journals;
using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Memory;
using Ingester.Core.Time;

namespace Ingester.Benchmarks;

/// <summary>A day of many streams of one exchange, recorded by two replicas, with whole windows only.</summary>
/// <param name="Count">Number of streams, alternating between trades and depth.</param>
/// <param name="Mixed">True for a typical mix: a tenth of the streams has windows of one minute, three tenths of five minutes, the others of one hour; false for one minute everywhere.</param>
internal sealed record AuditDay(int Count, bool Mixed)
{
    public const string Exchange = "binance";
    public const int Minutes = 24 * 60;
    private const int RowsPerMinute = 40;

    public DateTimeOffset Begin { get; } = new(2025, 10, 25, 0, 0, 0, TimeSpan.Zero);

    public int Replicas => 2;

    public IReadOnlyList<AuditStream> Streams { get; } = [.. Enumerable.Range(0, Count).Select(index => new AuditStream(
        new(index % 2 == 0 ? Dataset.Trades : Dataset.Depth, Exchange, $"M{index / 2:0000}-USDT"),
        !Mixed || index % 10 == 0 ? 1 : index % 10 < 4 ? 5 : 60, index * 1_000_000_000L))];

    public long Objects => Streams.Sum(stream => (long)Minutes / stream.Minutes);

    public long MinuteMicros(int minute) => Micros.From(Begin) + minute * Window.MicrosPerMinute;

    public IEnumerable<Window> Windows(AuditStream stream)
    {
        for (var minute = 0; minute < Minutes; minute += stream.Minutes)
            yield return new(MinuteMicros(minute), stream.Minutes);
    }

    public SegmentKey Name(AuditStream stream, Window window)
    {
        var after = stream.FirstId + (window.StartMicros - MinuteMicros(0)) / Window.MicrosPerMinute * RowsPerMinute;
        return new(stream.Id, window, new(after, after + RowsPerMinute * stream.Minutes), IsWhole: true);
    }

    /// <summary>The coverage that a replica writes in one minute: one line for every window that ended in it, each with a different hash.</summary>
    public int WriteCoverage(RowBuffer rows, int minute)
    {
        var random = new Random(minute);
        var (count, hash) = (0, new byte[32]);
        var journal = new CoverageJournal(new Nowhere());
        foreach (var stream in Streams)
        {
            if (minute < stream.Minutes || minute % stream.Minutes != 0)
                continue;
            var name = Name(stream, new(MinuteMicros(minute - stream.Minutes), stream.Minutes));
            random.NextBytes(hash);
            var line = new CoverageLine(stream.Id, name.Window, CoverageState.Whole) { Range = name.Range, Rows = RowsPerMinute * stream.Minutes };
            journal.MarkStored(line, Convert.ToHexStringLower(hash));
            journal.Report(line, new(60 * stream.Minutes, random.Next(3), 1 << random.Next(7), 1 << random.Next(7, 10)));
            rows.Write(Encoding.UTF8.GetBytes(line.ToJson() + "\n"));
            count++;
        }

        return count;
    }

    private sealed class Nowhere : IJournal
    {
        public void Add(in JournalRow row)
        {
        }
    }
}

/// <summary>One stream of the day.</summary>
/// <param name="Id">The stream.</param>
/// <param name="Minutes">The length of its windows in minutes.</param>
/// <param name="FirstId">The last id before the day.</param>
internal sealed record AuditStream(StreamId Id, int Minutes, long FirstId);
