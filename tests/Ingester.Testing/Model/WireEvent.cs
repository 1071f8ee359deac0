using System.Text;
using Ingester.Core.Markets;

namespace Ingester.Testing.Model;

/// <summary>One event as the exchange sends it.</summary>
internal sealed class WireEvent
{
    /// <summary>The stream.</summary>
    public required TruthStream Stream { get; init; }

    /// <summary>The number that makes its row unique.</summary>
    public required int Serial { get; init; }

    /// <summary>Its number among all events of its stream: views keep what they know of events in arrays.</summary>
    public required int Index { get; init; }

    /// <summary>The sequence before it, as its frame says.</summary>
    public long After { get; set; }

    /// <summary>Its end in the sequence, as its frame says.</summary>
    public long UpTo { get; set; }

    /// <summary>Its exchange time, as its frame says.</summary>
    public long Ts { get; set; }

    /// <summary>When it is sent, true time.</summary>
    public long SentAt { get; set; }

    /// <summary>Its place in the chain of its stream; negative for an event that is not part of it.</summary>
    public int Place { get; set; } = -1;

    /// <summary>The last place that it covers: another than its own only for two diffs that a connection sends as one.</summary>
    public int LastPlace { get; set; } = -1;

    /// <summary>True when the id before it was never sent, so that nothing can prove what lies between.</summary>
    public bool Broken { get; set; }

    /// <summary>True when its id is wrong on purpose.</summary>
    public bool IsWrong { get; set; }

    /// <summary>True when its time is wrong on purpose.</summary>
    public bool TimeIsOdd { get; set; }

    /// <summary>Which numbering it belongs to.</summary>
    public int Epoch { get; set; }

    /// <summary>The event that it repeats; null where it is none.</summary>
    public WireEvent? Original { get; init; }

    /// <summary>The event that its row belongs to.</summary>
    public WireEvent Identity => Original ?? this;

    /// <summary>The row that is to be stored, without a mark of its time.</summary>
    public string Row { get; private set; } = "";

    /// <summary>The frame.</summary>
    public byte[] Frame { get; private set; } = [];

    /// <summary>True for an event that is not part of the chain.</summary>
    public bool IsOdd => Place < 0;

    /// <summary>Writes row and frame once all else is decided.</summary>
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

    /// <summary>The frame as it is sent again on subscribe.</summary>
    public byte[] ReplayedFrame() => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Frame)[..^1] + ",\"r\":true}");

    /// <inheritdoc/>
    public override string ToString() =>
        $"#{Serial} ({After}, {UpTo}] ts {(Ts - Stream.Truth.Schedule.Start) / 1e6:0.######} s, sent {(SentAt - Stream.Truth.Schedule.Start) / 1e6:0.######} s{(IsOdd ? ", odd" : "")}";
}
