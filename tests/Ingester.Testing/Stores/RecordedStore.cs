using System.Globalization;
using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Proof;
using Ingester.Core.Rows;
using Ingester.Storage.Stores;
using Ingester.Testing.Model;
using Ingester.Testing.Storage;
using static Ingester.Testing.Stores.StoredText;

namespace Ingester.Testing.Stores;

/// <summary>
/// A store with the output of the real recorder: real lanes run a schedule of the model-based test, and the output of the replicas is stored under the rules of
/// the store: the first object under a key stays; other rows become a variant, which makes a window below the grade <c>chain</c> disputed.
/// </summary>
internal sealed class RecordedStore
{
    private const long Hour = 60 * Minute;

    private static readonly FaultKind[] Wrong =
    [
        FaultKind.WrongId, FaultKind.WrongRun, FaultKind.ExtraId, FaultKind.Conflict, FaultKind.Overlap, FaultKind.WrongTime, FaultKind.Reset, FaultKind.Shift,
        FaultKind.Swap, FaultKind.Repeat, FaultKind.Delay, FaultKind.Duplicate, FaultKind.Clock,
    ];

    private readonly Schedule schedule;
    private readonly string exchange;
    private readonly bool keepsMetadata;

    public RecordedStore(Random random, int seed, MemoryStore store)
        : this(keepsMetadata: random.Next(2) == 0, Choose(ScheduleMaker.Make(seed), plain: random.Next(2) == 0), store)
    {
    }

    public RecordedStore(bool keepsMetadata, Schedule schedule, MemoryStore store)
    {
        (this.keepsMetadata, this.schedule) = (keepsMetadata, schedule);
        (Truth, exchange, Store) = (new(schedule), schedule.Numbered ? "binance" : "coinbase", store);
        for (var replica = 0; replica < schedule.Replicas; replica++)
        {
            Runs.Add(new(Truth, replica));
            Runs[^1].Run();
        }

        Add(Runs.Select(run => (run.Number, run.Output)));
    }

    public MemoryStore Store { get; }

    /// <summary>What the exchange sent.</summary>
    public Truth Truth { get; }

    /// <summary>The replicas.</summary>
    public List<ReplicaRun> Runs { get; } = [];

    /// <summary>The streams with the sent events.</summary>
    public IEnumerable<StoreCase> Cases()
    {
        var from = schedule.Start / Hour * Hour - Hour;
        foreach (var stream in Truth.Streams)
            yield return new(new(stream.Plan.Dataset.Name(), exchange, stream.Market, stream.HasIds), Store,
                [.. stream.Chain.Select(sent => new TrueEvent(sent.After, sent.UpTo, sent.Ts, sent.Row))], from, from + 5 * Hour)
            {
                IsPlain = !schedule.Regroups && schedule.Windows == (1, 1) && !schedule.Faults.Any(fault => Wrong.Contains(fault.Kind)) && stream.Plan.Disorder == 0,
                Regroups = stream.Merged.Count > 0,
                ReceivesAll = false,
                Sent = (schedule.Start, schedule.Start + schedule.Length),
            };
    }

    /// <summary>Stores the output of the replicas, in the order of the times of their writes.</summary>
    public void Add(IEnumerable<(int Replica, ModelOutput Output)> outputs)
    {
        var all = outputs.ToList();
        var disputed = new List<(int Replica, JournalLine Line)>();
        foreach (var (replica, stored) in all.SelectMany(one => one.Output.Objects, (one, stored) => (one.Replica, stored)).OrderBy(one => one.stored.At))
            Upload(replica, stored, disputed);
        foreach (var journal in all.SelectMany(one => one.Output.Journal, (one, line) => (one.Replica, Line: line)).Concat(disputed)
            .GroupBy(one => (one.Line.Dataset, one.Replica, one.Line.Process, Minute: one.Line.At / Minute * Minute)))
            Put(string.Create(CultureInfo.InvariantCulture,
                $"{journal.Key.Dataset.Name()}/exchange={exchange}/{Day(journal.Key.Minute)}_r{journal.Key.Replica}_{journal.Key.Process + 1}.json.gz"),
                string.Concat(journal.Select(one => one.Line.Line + "\n")), journal.Count(), null);
    }

    /// <inheritdoc/>
    public override string ToString() => schedule.ToString();

    /// <summary>Removes merged trades, whose ids are consecutive on each exchange of the catalog but not in the model, and, if <paramref name="plain"/>, all faults at the exchange.</summary>
    private static Schedule Choose(Schedule created, bool plain)
    {
        var streams = created.Streams.Where(stream => stream.Dataset != Dataset.AggTrades).ToList();
        if (streams.Count == 0)
            streams.Add(created.Streams[0] with { Dataset = Dataset.Trades });
        return !plain ? created with { Streams = streams } : created with
        {
            Streams = [.. streams.Select(stream => stream with { Disorder = 0 })],
            Windows = (1, 1),
            Regroups = false,
            Faults = [.. created.Faults.Where(fault => !Wrong.Contains(fault.Kind))],
        };
    }

    private void Upload(int replica, StoredObject stored, List<(int Replica, JournalLine Line)> disputed)
    {
        var key = stored.Key.Replace("exchange=numbered/", $"exchange={exchange}/", StringComparison.Ordinal).Replace("exchange=unnumbered/", $"exchange={exchange}/", StringComparison.Ordinal);
        if (key.StartsWith("snapshots/", StringComparison.Ordinal))
            key = key.Replace("_a.json.gz", $"_r{replica}.json.gz", StringComparison.Ordinal);
        var text = string.Concat(stored.Rows.Select(row => row + "\n"));
        if (!Store.Has(key))
        {
            Put(key, text, stored.Rows.Length, stored.Grade);
            return;
        }

        if (Unpack(Store.Body(key)) == text || !SegmentKey.TryParse("", key, out var name))
            return;
        var apart = (name.IsWhole && stored.Grade != ProofGrade.Chain) || name.Stream.Dataset == Dataset.Depth;
        Put(ObjectKey.Alternative("", apart ? ObjectKey.Variants : ObjectKey.Divergent, key, Hash(text)), text, stored.Rows.Length, stored.Grade);
        if (name.IsWhole && stored.Grade != ProofGrade.Chain)
            disputed.Add((replica, new(Dataset.Gaps, new GapRow(name.Stream, null, name.Window.StartMicros, name.Window.EndMicros, GapCause.Disputed).ToJson(), stored.Process, stored.At)));
    }

    private void Put(string key, string text, int rows, ProofGrade? grade) =>
        Store.Forge(key, Pack(text), keepsMetadata ? new(Hash(text), rows, "2") { Grade = grade } : ObjectMetadata.None);
}
