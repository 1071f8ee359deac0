using System.Globalization;
using Ingester.Core.Markets;
using static Ingester.Testing.Model.Schedule;

namespace Ingester.Testing.Model;

/// <summary>What the exchange sends, made from a schedule: the events of every stream, including the faults at the exchange.</summary>
internal sealed class Truth
{
    /// <summary>How long before the schedule the events begin, microseconds.</summary>
    public const long Before = 75 * Second;

    /// <summary>How long after the schedule the events end, microseconds.</summary>
    public const long Afterwards = 20 * Second;

    private const int FirstSerial = 1001;

    private readonly WireEvent[] bySerial;
    private int serial = FirstSerial - 1;

    public Truth(Schedule schedule)
    {
        Schedule = schedule;
        foreach (var plan in schedule.Streams)
        {
            var stream = new TruthStream(this, Streams.Count, plan);
            Streams.Add(stream);
            Fill(stream);
        }

        Frames = [.. Streams.SelectMany(stream => stream.Sent).OrderBy(sent => sent.SentAt)];
        bySerial = new WireEvent[serial - FirstSerial + 1];
        foreach (var sent in Streams.SelectMany(stream => stream.Merged.Values).Concat(Frames))
            bySerial[sent.Serial - FirstSerial] = sent.Identity;
    }

    /// <summary>The schedule.</summary>
    public Schedule Schedule { get; }

    /// <summary>The streams.</summary>
    public List<TruthStream> Streams { get; } = [];

    /// <summary>The events of all streams in the order in which they are sent.</summary>
    public List<WireEvent> Frames { get; }

    /// <summary>The canonical name of a market.</summary>
    public static string MarketName(int market) => $"M{market}-USD";

    /// <summary>The exchange's symbol of a market.</summary>
    public static string MarketSymbol(int market) => $"M{market}USD";

    /// <summary>Finds the event of a stream that has exactly this row; null if it was never sent.</summary>
    public WireEvent? FindByRow(TruthStream stream, ReadOnlySpan<char> row)
    {
        var before = stream.Plan.Dataset == Dataset.Depth ? "[[\"" : "\"price\":\"";
        var at = row.IndexOf(before) + before.Length;
        if (at < before.Length || row[at..].IndexOf('"') is not (> 0 and var length) || !int.TryParse(row.Slice(at, length), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return null;
        return number >= FirstSerial && number - FirstSerial < bySerial.Length && bySerial[number - FirstSerial] is { } sent && sent.Stream == stream && row.SequenceEqual(sent.Row) ? sent : null;
    }

    /// <summary>How far the exchange's clock is ahead at a true time, microseconds.</summary>
    public long ShiftAt(long micros)
    {
        foreach (var fault in Schedule.Faults)
            if (fault.Kind == FaultKind.Shift && micros >= When(fault) && micros < When(fault) + fault.Length)
                return fault.Amount;
        return 0;
    }

    /// <summary>The true time of a fault whose time is <see cref="Fault.At"/>.</summary>
    public long When(Fault fault) => Schedule.Start + Schedule.WithPause(fault.At);

    private void Fill(TruthStream stream)
    {
        var random = new Random(Schedule.Seed * 31 + stream.Number);
        var draft = Draft(stream, random);
        foreach (var fault in Schedule.Faults.Where(fault => fault.AtExchange && fault.AtEvent && fault.Stream == stream.Number && fault.Index < draft.Count))
            if (stream.HasIds || fault.Kind is FaultKind.Repeat or FaultKind.Swap or FaultKind.WrongTime)
                Apply(fault, stream, draft);
        foreach (var sent in stream.Chain)
            stream.Sent.Add(sent);
        var ordered = stream.Sent.OrderBy(sent => sent.SentAt).ToList();
        stream.Sent.Clear();
        stream.Sent.AddRange(ordered);
        foreach (var sent in ordered)
            sent.Write();
        for (var place = 0; place < stream.Chain.Count; place++)
            stream.Chain[place].Place = stream.Chain[place].LastPlace = place;
        if (Schedule.Regroups && stream is { Chains: true, Plan.Dataset: Dataset.Depth } && !Schedule.Faults.Any(fault => fault.AtExchange && fault.AtEvent && fault.Stream == stream.Number))
            Merge(stream);
    }

    private void Merge(TruthStream stream)
    {
        for (var place = 0; place + 1 < stream.Chain.Count; place += 2)
        {
            var (one, other) = (stream.Chain[place], stream.Chain[place + 1]);
            var combined = new WireEvent
            {
                Stream = stream,
                Serial = ++serial,
                Index = stream.NextIndex(),
                After = one.After,
                UpTo = other.UpTo,
                SentAt = other.SentAt,
                Ts = other.Ts,
                Place = place,
                LastPlace = place + 1,
            };
            combined.Write();
            stream.Merged[other] = combined;
        }
    }

    /// <summary>Makes the events without faults, except for shifts of the exchange's clock.</summary>
    private List<WireEvent> Draft(TruthStream stream, Random random)
    {
        var plan = stream.Plan;
        var id = random.NextInt64(1_000, 1_000_000);
        for (var at = -Before + random.NextInt64(plan.MeanGap); at < Schedule.Span + Afterwards;)
        {
            var sentAt = Schedule.Start + Schedule.WithPause(at);
            var length = plan.Dataset == Dataset.Trades ? 1 : random.Next(1, 5);
            var (after, upTo) = !stream.HasIds ? (0L, 0L) : plan.Dataset == Dataset.AggTrades ? (id + length - 1, id + length) : (id, id + length);
            id += length;
            stream.Chain.Add(new()
            {
                Stream = stream,
                Serial = ++serial,
                Index = stream.NextIndex(),
                After = after,
                UpTo = upTo,
                SentAt = sentAt,
                Ts = sentAt + ShiftAt(sentAt) - (plan.Disorder > 0 ? random.NextInt64(plan.Disorder) : 0),
            });
            at += random.Next(8) == 0 ? 1 : 1 + (long)(plan.MeanGap * (random.NextDouble() * 1.9 + 0.1));
        }

        return [.. stream.Chain];
    }

    private void Apply(Fault fault, TruthStream stream, List<WireEvent> draft)
    {
        var target = draft[fault.Index];
        switch (fault.Kind)
        {
            case FaultKind.WrongId or FaultKind.WrongRun:
                MakeWrong(stream, [.. draft.Skip(fault.Index).Take(fault.Count)], fault.Amount);
                break;
            case FaultKind.ExtraId:
                stream.Sent.Add(Copy(stream, target, target.SentAt + 1, fault.Amount));
                break;
            case FaultKind.Conflict:
                stream.Sent.Add(Copy(stream, target, After(draft, fault), 0));
                break;
            case FaultKind.Repeat:
                stream.Sent.Add(Copy(stream, target, After(draft, fault), 0, target));
                break;
            case FaultKind.Swap when fault.Index + 1 < draft.Count:
                (target.SentAt, draft[fault.Index + 1].SentAt) = (draft[fault.Index + 1].SentAt, target.SentAt);
                target.TimeIsOdd = draft[fault.Index + 1].TimeIsOdd = target.SentAt - draft[fault.Index + 1].SentAt > Second;
                break;
            case FaultKind.Overlap when stream.HasIds && stream.Plan.Dataset == Dataset.Depth:
                target.After -= fault.Amount;
                break;
            case FaultKind.WrongTime:
                target.Ts = fault.Amount == long.MinValue ? Second : Math.Max(Second, target.Ts + fault.Amount);
                target.TimeIsOdd = true;
                break;
            case FaultKind.Reset:
                Restart(fault, stream, draft);
                break;
            default:
                break;
        }
    }

    /// <summary>Changes ids. A single event with a wrong id is not part of the chain; several consecutive ones form a chain of their own.</summary>
    private static void MakeWrong(TruthStream stream, List<WireEvent> targets, long amount)
    {
        if (targets.Exists(target => !stream.Chain.Contains(target) || target.IsWrong))
            return;
        var place = stream.Chain.IndexOf(targets[0]);
        if (place + targets.Count < stream.Chain.Count)
            stream.Chain[place + targets.Count].Broken = true;
        amount = Math.Max(amount, -targets[0].After);
        foreach (var target in targets)
            (target.After, target.UpTo, target.IsWrong) = (target.After + amount, target.UpTo + amount, true);
        targets[0].Broken = true;
        if (targets.Count > 1)
            return;
        stream.Chain.RemoveAt(place);
        stream.Sent.Add(targets[0]);
    }

    private void Restart(Fault fault, TruthStream stream, List<WireEvent> draft)
    {
        var shift = Math.Max(fault.Amount, -draft[fault.Index].After);
        for (var index = fault.Index; index < draft.Count; index++)
        {
            var sent = draft[index];
            sent.Epoch++;
            (sent.After, sent.UpTo) = (sent.After + shift, sent.UpTo + shift);
            if (fault.Length != 0 && sent.SentAt < draft[fault.Index].SentAt + Minute)
                (sent.Ts, sent.TimeIsOdd) = (Math.Max(Second, sent.Ts + fault.Length), true);
        }
    }

    private static long After(List<WireEvent> draft, Fault fault) => draft[Math.Min(fault.Index + fault.Count, draft.Count - 1)].SentAt + 1;

    private WireEvent Copy(TruthStream stream, WireEvent target, long sentAt, long shift, WireEvent? original = null) => new()
    {
        Stream = stream,
        Serial = original?.Serial ?? ++serial,
        Index = stream.NextIndex(),
        Original = original,
        After = Math.Max(0, target.After + shift),
        UpTo = Math.Max(1, target.UpTo + shift),
        SentAt = sentAt,
        Ts = target.Ts,
        Epoch = target.Epoch,
        TimeIsOdd = sentAt - target.SentAt > Second,
    };
}
