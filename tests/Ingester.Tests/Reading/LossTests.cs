using System.Globalization;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;
using Ingester.Reading;
using Ingester.Reading.Auditing;
using Ingester.Testing.Storage;
using static Ingester.Tests.Reading.Replica;

namespace Ingester.Tests.Reading;

/// <summary>
/// Replicas miss messages, and afterwards objects of every kind are lost: what the audit says from names and journals is what reading all rows that are left
/// gives. <c>INGESTER_AUDIT_STORES=5000</c> tries so many stores of each kind.
/// </summary>
public sealed class LossTests
{
    private const int Batch = 10;

    private static readonly int Stores = int.TryParse(Environment.GetEnvironmentVariable("INGESTER_AUDIT_STORES"), CultureInfo.InvariantCulture, out var stores) ? stores : 60;

    public static TheoryData<int> Batches => [.. Enumerable.Range(0, (Stores + Batch - 1) / Batch)];

    [Theory]
    [MemberData(nameof(Batches))]
    public Task Verdicts_on_numbered_trades_equal_an_exhaustive_reading(int batch) =>
        EachAsync(batch, new(Dataset.Trades, "binance", "BTC-USDT"), SequenceKind.Contiguous);

    [Theory]
    [MemberData(nameof(Batches))]
    public Task Verdicts_on_numbered_diffs_equal_an_exhaustive_reading(int batch) =>
        EachAsync(batch, new(Dataset.Depth, "binance", "BTC-USDT"), SequenceKind.Contiguous);

    [Theory]
    [MemberData(nameof(Batches))]
    public Task Verdicts_without_sequence_ids_equal_an_exhaustive_reading(int batch) =>
        EachAsync(batch, new(Dataset.Depth, "coinbase", "BTC-USD"), SequenceKind.None);

    private static async Task EachAsync(int batch, StreamId stream, SequenceKind kind)
    {
        for (var seed = batch * Batch + 1; seed <= (batch + 1) * Batch; seed++)
            try
            {
                await CompareAsync(new(seed), stream, kind);
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                throw new InvalidOperationException($"Seed {seed}: {fault.Message}", fault);
            }
    }

    private static async Task CompareAsync(Random random, StreamId stream, SequenceKind kind)
    {
        var store = new MemoryStore();
        var truth = Truth(random, stream.Dataset);
        var silently = random.Next(2) == 0;
        for (var name = 1 + random.Next(3); name > 0; name--)
            Record(new(store, $"replica-{name}", stream, kind), truth, random, silently);
        Destroy(store, random);

        var period = random.Next(2) == 0
            ? (From: T0 - 60 * Minute, To: T0 + 100 * Minute)
            : (From: T0 + random.Next(20) * Minute, To: T0 + (21 + random.Next(20)) * Minute);
        var report = await new MarketArchive(store, "").AuditAsync(new() { From = Micros.ToDateTime(period.From), To = Micros.ToDateTime(period.To), Exchanges = [stream.Exchange] });
        Assert.Empty(report.Unreadable);
        Assert.DoesNotContain(store.Requests, request => request.StartsWith("GET ", StringComparison.Ordinal)
            && !request.StartsWith("GET coverage/", StringComparison.Ordinal) && !request.StartsWith("GET gaps/", StringComparison.Ordinal));

        var reading = new ExhaustiveReading(store, stream.Dataset.Name(), stream.Market, period);
        var expected = reading.Verdicts(kind == SequenceKind.Contiguous).Select(window => $"{new Window(window.Start, 1)} {window.Verdict} {window.Whole}");
        var audit = report.Streams.SingleOrDefault();
        Assert.Equal(expected, audit?.Windows.Select(window => $"{window.Window} {window.Verdict} {window.IsWhole}") ?? []);
        if (kind == SequenceKind.Contiguous)
            Assert.Equal(reading.Missing(), audit?.MissingRanges.Select(gap => (gap.Range, string.Join(' ', gap.HeldBy))) ?? []);
        foreach (var window in audit?.Windows ?? [])
            HoldsAgainst(truth.FindAll(one => one.Window == window.Window.StartMicros), window, kind == SequenceKind.Contiguous ? reading.Ids : null, silently);
    }

    /// <summary>What is called complete has all that was sent; where nothing was to come nothing was sent, unless a connection that lived lost it.</summary>
    private static void HoldsAgainst(List<Event> sent, WindowAudit window, IReadOnlyDictionary<long, long>? ids, bool silently)
    {
        if (window.Verdict == WindowVerdict.Quiet && !silently)
            Assert.Empty(sent);
        if (window.Verdict == WindowVerdict.Complete && ids is not null)
            Assert.All(sent, one => Assert.True(ids.ContainsKey(one.Range.UpTo), $"{window.Window} is called complete without {one.Range}"));
    }

    /// <summary>Objects, whole ones and fragments, coverage and gaps are lost, each kind with a chance of its own, also none or all of it.</summary>
    private static void Destroy(MemoryStore store, Random random)
    {
        foreach (var kind in new[] { "trades/", "depth/", "fragments/", "coverage/", "gaps/" })
        {
            var chance = random.Next(4) switch { 0 => 0, 1 => 0.05, 2 => random.NextDouble(), _ => random.Next(5) == 0 ? 1 : 0.3 };
            foreach (var key in store.Keys.Where(key => key.StartsWith(kind, StringComparison.Ordinal) && random.NextDouble() < chance).ToList())
                store.Remove(key);
        }
    }

    private static void Record(Replica replica, List<Event> truth, Random random, bool silently)
    {
        using var recording = replica;
        var (away, begin, end) = (0, random.Next(truth.Count / 2), truth.Count - random.Next(truth.Count / 3));
        replica.ConnectAt(Math.Max(truth[begin].Micros - random.Next(60) * Second, begin == 0 ? 0 : truth[begin - 1].Micros + 1));
        for (var i = begin; i < end; i++)
        {
            if (away == 0 && random.Next(80) == 0)
            {
                away = 1 + random.Next(30);
                if (silently && random.Next(3) == 0)
                    away = -away; // the connection lives, and messages are lost on the way
                else
                    replica.Lose();
            }

            if (away == 0)
                Send(replica, truth[i]);
            else if (away < 0)
                away++;
            else if (--away == 0)
                replica.Connect();
            for (var time = truth[i].Micros; i + 1 < end && time < truth[i + 1].Micros; time += 10 * Second)
                replica.TickAt(time);
        }

        replica.Close(killed: random.Next(4) == 0);
    }

    private static void Send(Replica replica, Event sent)
    {
        if (replica.Stream is { Dataset: Dataset.Trades })
            replica.Trade(new(sent.Range.UpTo, sent.Micros));
        else
            replica.Depth(sent.Micros, replica.Kind == SequenceKind.None ? null : sent.Range, $"""[["{sent.Range.UpTo}","1"]]""");
    }

    private static List<Event> Truth(Random random, Dataset dataset)
    {
        var list = new List<Event>();
        long id = random.Next(1_000_000), micros = T0 + random.NextInt64(Minute);
        for (var count = 150 + random.Next(250); count > 0; count--)
        {
            var after = id;
            id += dataset == Dataset.Trades ? 1 : 1 + random.Next(4);
            list.Add(new(new(after, id), micros));
            micros += random.Next(40) == 0 ? random.NextInt64(4 * Minute) : random.NextInt64(4 * Second);
        }

        return list;
    }

    private readonly record struct Event(SequenceRange Range, long Micros)
    {
        public long Window => Micros / Minute * Minute;
    }
}
