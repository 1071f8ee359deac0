using System.Globalization;
using Ingester.Storage.Stores;
using Ingester.Testing.Storage;
using static Ingester.Testing.Stores.StoredText;

namespace Ingester.Testing.Stores;

/// <summary>
/// A store with the objects of one to three replicas that lost connections and rows, generated without the recorder. The sent events are known.
/// </summary>
internal sealed class GeneratedStore
{
    public const long T0 = 1_761_350_400_000_000; // 2025-10-25T00:00:00Z

    private readonly Random random;
    private readonly bool graded;
    private readonly bool keepsMetadata;
    private bool dropped;
    private readonly Dictionary<(string Dataset, string Replica, long Minute), List<string>> journals = [];

    public GeneratedStore(Random random, Market market, MemoryStore store)
    {
        (this.random, Market, Store) = (random, market, store);
        graded = random.Next(3) > 0;
        keepsMetadata = random.Next(2) == 0;
        Begin = T0 + (60 + random.Next(30)) * Minute;
        End = Begin + (20 + random.Next(60)) * Minute;
        Truth = Invent();
        for (var replica = random.Next(1, 4); replica > 0; replica--)
            Record($"r{replica}");
        if (market.Dataset == "depth")
            StoreSnapshots();
        foreach (var ((dataset, replica, minute), lines) in journals)
            Put(Journal(dataset, market, minute, replica), string.Concat(lines.Select(line => line + "\n")), lines.Count);
    }

    public Market Market { get; }

    public MemoryStore Store { get; }

    public long Begin { get; }

    public long End { get; }

    public IReadOnlyList<TrueEvent> Truth { get; }

    /// <summary>The store with the sent events.</summary>
    public StoreCase Case => new(Market, Store, Truth, T0, T0 + 5 * 60 * Minute) { ReceivesAll = !dropped, Sent = (Begin, End) };

    /// <summary>Stores a text under a key, with or without metadata.</summary>
    public void Put(string key, string text, int rows) =>
        Store.Forge(key, Pack(text), keepsMetadata ? new(Hash(text), rows, graded ? "2" : "1") : ObjectMetadata.None);

    private List<TrueEvent> Invent()
    {
        var list = new List<TrueEvent>();
        long id = random.Next(1_000_000), micros = Begin + random.NextInt64(Minute);
        while (micros < End)
        {
            var after = id;
            id += Market.Dataset == "trades" && !Market.Skips ? 1 : 1 + random.Next(4);
            var size = random.Next(1, 50);
            var row = Market.Dataset == "trades"
                ? string.Create(CultureInfo.InvariantCulture, $"{{\"id\":\"{id}\",\"ts\":{micros},\"side\":\"buy\",\"price\":\"1.5\",\"size\":\"{size}\"}}")
                : string.Create(CultureInfo.InvariantCulture,
                    $"{{\"ts\":{micros}{(Market.Numbered ? $",\"after\":{after},\"upto\":{id}" : "")},\"bids\":[[\"{random.Next(5)}\",\"{size}\"]],\"asks\":[]}}");
            list.Add(new(Market.Skips ? id - 1 : after, id, micros, row));
            micros += 1 + (random.Next(25) == 0 ? random.NextInt64(5 * Minute) : random.NextInt64(25_000_000));
        }

        return list;
    }

    /// <summary>Generates the objects of one replica. It is disconnected for some spans; windows that it received completely are whole.</summary>
    private void Record(string replica)
    {
        var from = random.Next(3) == 0 ? Begin + random.NextInt64((End - Begin) / 2) : Begin - 2 * Minute;
        var to = random.Next(3) == 0 ? from + random.NextInt64(End - from) : End + 2 * Minute;
        var away = new List<(long From, long To)>();
        for (var spans = random.Next(4); spans > 0; spans--)
            if (from + random.NextInt64(to - from) is var start)
                away.Add((start, start + random.NextInt64(random.Next(3) == 0 ? 12 * Minute : Minute)));
        var drops = !Market.Numbered && random.Next(4) == 0; // the exchange did not send some rows to this connection, which the replica cannot detect
        dropped |= drops;
        var runs = new List<List<TrueEvent>> { new() };
        foreach (var sent in Truth.Where(sent => sent.Micros >= from && sent.Micros < to))
            if (away.Exists(span => sent.Micros >= span.From && sent.Micros < span.To))
            {
                if (runs[^1].Count > 0)
                    runs.Add([]);
            }
            else if (!drops || random.Next(40) > 0)
            {
                runs[^1].Add(sent);
            }

        if (!Market.Numbered) // without ids, a reconnect ends the run even if no event was missed
            runs = [.. runs.SelectMany(run => Split(run, away))];
        for (var i = 1; i < runs.Count; i++)
            if (runs[i].Count > 0 && runs[i - 1].Count > 0)
                Gap(replica, runs[i - 1][^1], runs[i][0], "disconnect");
        for (var start = from / Minute * Minute; start < to; start += Minute)
            Window(replica, start, runs, IsReceived(start, from, to, away));
    }

    /// <summary>Stores snapshots of the book at some moments, as a replica fetches or receives them.</summary>
    private void StoreSnapshots()
    {
        for (var books = random.Next(5); books > 0; books--)
        {
            var place = random.Next(Truth.Count);
            var (levels, last) = (new SortedDictionary<int, string>(), Truth[place]);
            foreach (var sent in Truth.Take(place + 1))
                foreach (var (price, size) in NaiveBook.Levels(sent.Row, "bids"))
                    levels[int.Parse(price, CultureInfo.InvariantCulture)] = size;
            var bids = string.Join(',', levels.Reverse().Select(level => $"[\"{level.Key}\",\"{level.Value}\"]"));
            var row = string.Create(CultureInfo.InvariantCulture,
                $"{{\"ts\":{last.Micros}{(Market.Numbered ? $",\"upto\":{last.UpTo}" : "")},\"bids\":[{bids}],\"asks\":[],\"reason\":\"steady\"}}\n");
            Put(Book(Market, last.Micros, Market.Numbered ? last.UpTo : last.Micros, $"r{random.Next(1, 4)}"), row, 1);
        }
    }

    private static IEnumerable<List<TrueEvent>> Split(List<TrueEvent> run, List<(long From, long To)> away)
    {
        var part = new List<TrueEvent>();
        foreach (var sent in run)
        {
            if (part.Count > 0 && away.Exists(span => span.From > part[^1].Micros && span.From <= sent.Micros))
            {
                yield return part;
                part = [];
            }

            part.Add(sent);
        }

        yield return part;
    }

    private static bool IsReceived(long start, long from, long to, List<(long From, long To)> away) =>
        from <= start && to >= start + Minute && !away.Exists(span => span.From < start + Minute && span.To > start);

    private void Window(string replica, long start, List<List<TrueEvent>> runs, bool received)
    {
        var any = false;
        foreach (var run in runs)
        {
            var own = run.FindAll(sent => sent.Micros >= start && sent.Micros < start + Minute);
            if (own.Count == 0)
                continue;
            any = true;
            var chained = run[0].Micros < start && run[^1].Micros >= start + Minute;
            Segment(replica, start, own, Market.Numbered ? chained : received);
        }

        if (!any)
            Say("coverage", replica, start, $"{Head(start)},\"state\":\"{(received ? "quiet" : "absent")}\",\"rows\":0}}");
    }

    private void Segment(string replica, long start, List<TrueEvent> rows, bool whole)
    {
        var text = string.Concat(rows.Select(sent => sent.Row + "\n"));
        var sha256 = Hash(text);
        var tail = Market.HasIds ? $"_{rows[0].After}_{rows[^1].UpTo}" : whole ? "" : $"_n{rows.Count}_{sha256[..16]}";
        var key = StoredText.Segment(Market, start, 1, whole, tail);
        if (!Store.Has(key))
            Put(key, text, rows.Count);
        else if (Hash(Unpack(Store.Body(key))!) != sha256)
            Dispute(replica, start, key, text, rows.Count);
        var range = Market.HasIds ? $",\"after\":{rows[0].After},\"upto\":{rows[^1].UpTo}" : "";
        var grade = graded ? $",\"grade\":\"{(!whole ? "none" : Market.Numbered ? "chain" : "connection")}\"" : "";
        Say("coverage", replica, start, $"{Head(start)},\"state\":\"{(whole ? "whole" : "fragment")}\",\"upload\":\"stored\"{range},\"rows\":{rows.Count},\"sha256\":\"{sha256}\"{grade}}}");
    }

    private void Dispute(string replica, long start, string key, string text, int rows)
    {
        Put($"variants/{key[..^".json.gz".Length]}_{Hash(text)[..16]}.json.gz", text, rows);
        if (graded)
            Say("gaps", replica, start, $"{{\"ts\":{start + Minute},\"dataset\":\"{Market.Dataset}\",\"pair\":\"{Market.Pair}\",\"from\":{start},\"to\":{start + Minute},\"cause\":\"disputed\"}}");
    }

    private void Gap(string replica, TrueEvent before, TrueEvent after, string cause)
    {
        var range = Market.Numbered ? $",\"after\":{before.UpTo},\"upto\":{after.After}" : "";
        if (!Market.Numbered || before.UpTo < after.After)
            Say("gaps", replica, after.Micros / Minute * Minute,
                $"{{\"ts\":{after.Micros},\"dataset\":\"{Market.Dataset}\",\"pair\":\"{Market.Pair}\"{range},\"from\":{before.Micros},\"to\":{after.Micros},\"cause\":\"{cause}\"}}");
    }

    private string Head(long start) => $"{{\"ts\":{start},\"minutes\":1,\"dataset\":\"{Market.Dataset}\",\"pair\":\"{Market.Pair}\"";

    private void Say(string dataset, string replica, long minute, string line)
    {
        if (!journals.TryGetValue((dataset, replica, minute), out var lines))
            journals.Add((dataset, replica, minute), lines = []);
        lines.Add(line);
    }
}
