using System.Globalization;
using Ingester.Core.Markets;
using Ingester.Core.Sequencing;
using Ingester.Testing.Storage;
using Ingester.Tests.Reading;
using static Ingester.Tests.Reading.Replica;

namespace Ingester.Tests.Deriving;

/// <summary>The book of one market, and what a replica with outages stored of it: diffs, and snapshots that reach to a limited depth.</summary>
internal sealed class BookWorld
{
    private const int Levels = 60;
    private const int CheckpointInterval = 32;

    private readonly Random random;
    private readonly bool isNumbered;
    private readonly List<PlainBook> checkpoints = [new()]; // the book at the start, and after each CheckpointInterval changes

    public BookWorld(int seed, bool isNumbered)
    {
        (random, this.isNumbered) = (new(seed), isNumbered);
        Begin = T0 + (1 + random.Next(50)) * Minute + random.NextInt64(Minute);
        for (var rank = 1; rank <= Levels; rank++)
        {
            checkpoints[0].Bids[100m - rank * 0.01m] = RandomSize();
            checkpoints[0].Asks[100m + rank * 0.01m] = RandomSize();
        }

        Invent();
        Record();
    }

    public StreamId Stream => isNumbered ? new(Dataset.Depth, "binance", "BTC-USDT") : new(Dataset.Depth, "coinbase", "BTC-USD");

    public MemoryStore Store { get; } = new();

    public List<TrueDiff> Truth { get; } = [];

    public long Begin { get; }

    /// <summary>How often the replica lost diffs.</summary>
    public int Outages { get; private set; }

    public long End => Truth[^1].Micros;

    /// <summary>The book after every change before a time.</summary>
    public PlainBook Before(long micros)
    {
        var count = CountBefore(micros);
        while (checkpoints.Count <= count / CheckpointInterval)
            checkpoints.Add(Apply(checkpoints[^1], (checkpoints.Count - 1) * CheckpointInterval, checkpoints.Count * CheckpointInterval));
        return Apply(checkpoints[count / CheckpointInterval], count / CheckpointInterval * CheckpointInterval, count);
    }

    /// <summary>The mean over time of a value of the book.</summary>
    public decimal Mean(long from, long to, Func<PlainBook, decimal> value)
    {
        var (book, at, sum) = (Before(from + 1), from, 0m);
        foreach (var diff in Truth.Skip(CountBefore(from + 1)).TakeWhile(diff => diff.Micros < to))
        {
            sum += value(book) * (diff.Micros - at);
            at = diff.Micros;
            book.Apply(diff);
        }

        return (sum + value(book) * (to - at)) / (to - from);
    }

    /// <summary>The number of changes before a time.</summary>
    private int CountBefore(long micros)
    {
        var (low, high) = (0, Truth.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = Truth[middle].Micros < micros ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    /// <summary>A copy of a book with further changes.</summary>
    private PlainBook Apply(PlainBook book, int from, int to)
    {
        var changed = new PlainBook(book);
        for (var index = from; index < to; index++)
            changed.Apply(Truth[index]);
        return changed;
    }

    private decimal RandomSize() => random.Next(1, 3_000) / 1_000m;

    private void Invent()
    {
        var book = Before(0);
        var (id, micros, end) = (random.NextInt64(1_000_000), Begin, Begin + (4 + random.Next(5)) * Minute);
        while (micros < end)
        {
            var after = id;
            id += 1 + random.Next(4);
            var diff = new TrueDiff(micros, after, id, [], []);
            for (var changes = 1 + random.Next(3); changes > 0; changes--)
                Change(book, diff);
            book.Apply(diff);
            Truth.Add(diff);
            micros += 1 + (random.Next(80) == 0 ? random.NextInt64(70 * Second) : random.NextInt64(1_500_000));
        }
    }

    /// <summary>Sets a level near the best price, removes the best one, or improves it; sides never cross.</summary>
    private void Change(PlainBook book, TrueDiff diff)
    {
        var isBid = random.Next(2) == 0;
        var (side, changes, away) = isBid ? (book.Bids, diff.Bids, -0.01m) : (book.Asks, diff.Asks, 0.01m);
        var best = side.First().Key;
        var (price, size) = random.Next(4) switch
        {
            0 when side.Count > 5 => (best, 0m),
            1 when book.Spread > 0.02m => (best - away, RandomSize()),
            _ => (best + away * random.Next(40), RandomSize()),
        };
        if (changes.Count == 0) // one change of a side in a diff, so that no later one contradicts it
            changes.Add((price, size));
    }

    private void Record()
    {
        using var replica = new Replica(Store, "a", Stream, isNumbered ? SequenceKind.Contiguous : SequenceKind.None);
        replica.ConnectAt(Begin - 30 * Second);
        var (book, away, sinceLoss) = (Before(0), 0, isNumbered ? 20 : 0);
        for (var index = 0; index < Truth.Count; index++)
        {
            var diff = Truth[index];
            if (away == 0 && index < Truth.Count - 40 && random.Next(150) == 0) // every outage ends: after the last stored diff nothing is known
            {
                away = 1 + random.Next(30);
                Outages++;
                replica.Lose();
            }

            if (away > 0 && --away == 0)
            {
                replica.Connect();
                sinceLoss = isNumbered ? random.Next(30) : 0;
            }

            if (away == 0 && !isNumbered && sinceLoss == 0)
                Take(replica, book, diff.Micros, null); // in band: before the first diff
            book.Apply(diff);
            if (away > 0)
                continue;
            replica.Depth(diff.Micros, isNumbered ? new(diff.After, diff.UpTo) : null, Text(diff.Bids), Text(diff.Asks));
            if (isNumbered && (sinceLoss == 0 || random.Next(100) == 0))
                Take(replica, book, diff.Micros + random.NextInt64(Second), diff.UpTo); // fetched: its time may be later than that of diffs that follow it
            sinceLoss--;
            for (var time = diff.Micros; index + 1 < Truth.Count && time + 10 * Second < Truth[index + 1].Micros; time += 10 * Second)
                replica.TickAt(time);
        }

        if (away == 0)
            replica.TickAt(End + 2 * Minute);
        replica.Close();
    }

    private void Take(Replica replica, PlainBook book, long micros, long? upTo)
    {
        var levels = random.Next(3) == 0 ? 0 : 10 + random.Next(30);
        replica.Book(micros, upTo, Text(Best(book.Bids, levels)), Text(Best(book.Asks, levels)), levels);
    }

    private static IEnumerable<(decimal Price, decimal Size)> Best(SortedDictionary<decimal, decimal> side, int levels) =>
        side.Take(levels == 0 ? side.Count : levels).Select(level => (level.Key, level.Value));

    private static string Text(IEnumerable<(decimal Price, decimal Size)> levels) =>
        $"[{string.Join(',', levels.Select(level => string.Create(CultureInfo.InvariantCulture, $"[\"{level.Price}\",\"{level.Size}\"]")))}]";
}
