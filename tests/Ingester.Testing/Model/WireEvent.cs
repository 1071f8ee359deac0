using System.Text;
using Ingester.Core.Markets;

namespace Ingester.Testing.Model;

/// <summary>One event as the exchange sends it.</summary>
internal sealed class WireEvent
{
    /// <summary>The stream of the event.</summary>
    public required TruthStream Stream { get; init; }

    /// <summary>The number that makes its row unique.</summary>
    public required int Serial { get; init; }

    /// <summary>Its index among all events of its stream, for arrays with one element per event.</summary>
    public required int Index { get; init; }

    /// <summary>The start of its range, exclusive, as in its frame.</summary>
    public long After { get; set; }

    /// <summary>The end of its range, inclusive, as in its frame.</summary>
    public long UpTo { get; set; }

    /// <summary>Its exchange time, as in its frame, microseconds UTC.</summary>
    public long Ts { get; set; }

    /// <summary>The true time at which it is sent, microseconds UTC.</summary>
    public long SentAt { get; set; }

    /// <summary>Its place in the chain of its stream; negative if it is not part of the chain.</summary>
    public int Place { get; set; } = -1;

    /// <summary>The last place that it covers; greater than <see cref="Place"/> only for a merged diff.</summary>
    public int LastPlace { get; set; } = -1;

    /// <summary>True when the id before it was never sent, so that no proof continues across it.</summary>
    public bool Broken { get; set; }

    /// <summary>True when a fault of the schedule changed its id.</summary>
    public bool IsWrong { get; set; }

    /// <summary>True when a fault of the schedule changed its time.</summary>
    public bool TimeIsOdd { get; set; }

    /// <summary>The number of its numbering; each reset begins the next one.</summary>
    public int Epoch { get; set; }

    /// <summary>The event that it repeats; null if it repeats none.</summary>
    public WireEvent? Original { get; init; }

    /// <summary>The event that it repeats, else the event itself: repetitions have the same row.</summary>
    public WireEvent Identity => Original ?? this;

    /// <summary>The row that the recorder should store, without a mark of its time.</summary>
    public string Row { get; private set; } = "";

    /// <summary>The frame.</summary>
    public byte[] Frame { get; private set; } = [];

    /// <summary>True when it is not part of the chain.</summary>
    public bool IsOdd => Place < 0;

    /// <summary>Writes the row and the frame. Call it after all other properties are set.</summary>
    public void Write()
    {
        var plan = Stream.Plan;
        if (Original is { } original)
            (After, UpTo, Ts, TimeIsOdd) = (original.After, original.UpTo, original.Ts, original.TimeIsOdd);
        if (plan.Dataset == Dataset.Depth)
        {
            var (range, ids) = Stream.HasIds ? ($",\"after\":{After},\"upto\":{UpTo}", $",\"U\":{After + 1},\"u\":{UpTo}") : ("", "");
            Row = $"{{\"ts\":{Ts}{range},\"bids\":[[\"{Serial}\",\"1\"]],\"asks\":[]}}";
            Frame = Encoding.UTF8.GetBytes($"{{\"k\":\"d\",\"s\":\"{Stream.Symbol}\"{ids},\"x\":{Ts},\"n\":{Serial}}}");
            return;
        }

        var kind = plan.Dataset == Dataset.Trades ? 't' : 'a';
        Row = $"{{\"id\":\"{UpTo}\",\"ts\":{Ts},\"side\":\"buy\",\"price\":\"{Serial}\",\"size\":\"1\"}}";
        Frame = Encoding.UTF8.GetBytes($"{{\"k\":\"{kind}\",\"s\":\"{Stream.Symbol}\",\"i\":{UpTo},\"x\":{Ts},\"n\":{Serial}}}");
    }

    /// <summary>The frame as it is replayed after a subscription.</summary>
    public byte[] ReplayedFrame() => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Frame)[..^1] + ",\"r\":true}");

    /// <inheritdoc/>
    public override string ToString() =>
        $"#{Serial} ({After}, {UpTo}] ts {(Ts - Stream.Truth.Schedule.Start) / 1e6:0.######} s, sent {(SentAt - Stream.Truth.Schedule.Start) / 1e6:0.######} s{(IsOdd ? ", odd" : "")}";
}
