using Ingester.Dashboard.Components;

namespace Ingester.Dashboard.Completeness.Auditing;

/// <summary>The states of consecutive minutes. Runs of equal states are packed: a day that is complete needs 45 bytes. Immutable.</summary>
internal sealed class MinuteMap
{
    private const int StateShift = 5;
    private const int MaxRun = 1 << StateShift;

    private readonly byte[] runs; // the state in the upper bits, the length minus one in the lower ones
    private readonly ushort[] counts = new ushort[MinuteStates.Count];

    /// <summary>Packs states.</summary>
    /// <param name="minutes">The states, at most those of one day.</param>
    public MinuteMap(ReadOnlySpan<DisplayState> minutes)
    {
        Length = minutes.Length;
        var packed = new List<byte>();
        for (int begin = 0, end; begin < minutes.Length; begin = end)
        {
            for (end = begin + 1; end < minutes.Length && end - begin < MaxRun && minutes[end] == minutes[begin];)
                end++;
            packed.Add((byte)(((int)minutes[begin] << StateShift) | (end - begin - 1)));
            counts[(int)minutes[begin]] += (ushort)(end - begin);
        }

        runs = [.. packed];
    }

    private MinuteMap(byte[] packed)
    {
        runs = packed;
        foreach (var run in runs)
        {
            var (state, length) = (run >> StateShift, (run & (MaxRun - 1)) + 1);
            if (state >= counts.Length || Length + length > StreamDay.MinutesPerDay)
                throw new InvalidDataException("The minutes are not those of a day.");
            counts[state] += (ushort)length;
            Length += length;
        }
    }

    /// <summary>Number of minutes.</summary>
    public int Length { get; }

    /// <summary>Reads packed states.</summary>
    /// <exception cref="InvalidDataException">They are not the minutes of a day.</exception>
    public static MinuteMap FromBytes(byte[] packed) => new(packed);

    /// <summary>The packed states.</summary>
    public byte[] ToBytes() => [.. runs];

    /// <summary>Number of bytes of the packed states.</summary>
    public int PackedBytes => runs.Length;

    /// <summary>Number of minutes with a state.</summary>
    public int Count(DisplayState state) => counts[(int)state];

    /// <summary>The state of all minutes together.</summary>
    public DisplayState Combined
    {
        get
        {
            var state = DisplayState.NotExpected;
            foreach (var one in DisplayStates.All)
                if (Count(one) > 0)
                    state = MinuteStates.Combine(state, one);
            return state;
        }
    }

    /// <summary>Writes the states.</summary>
    /// <param name="target">At least <see cref="Length"/> states.</param>
    public void CopyTo(Span<DisplayState> target)
    {
        var minute = 0;
        foreach (var run in runs)
        {
            var length = (run & (MaxRun - 1)) + 1;
            target.Slice(minute, length).Fill((DisplayState)(run >> StateShift));
            minute += length;
        }
    }
}
