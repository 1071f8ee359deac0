using Ingester.Core.Rows;
using Ingester.Testing.Memory;

namespace Ingester.Tests.Core.Rows;

public sealed class ReceiveTimesTests : IDisposable
{
    private readonly ChunkBalance chunks = new();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Times_and_ids_are_read_as_they_were_added_also_across_chunks_and_in_a_copy(bool hasIds)
    {
        var random = new Random(1);
        var events = new List<(long Id, long Micros)>();
        using var times = new ReceiveTimes();
        var (id, micros) = (random.NextInt64(), 1_761_350_400_000_000L);
        for (var number = 0; number < 30_000; number++)
        {
            id = random.Next(20) switch { 0 => random.NextInt64(long.MinValue, long.MaxValue), 1 => id - random.Next(100), _ => id + random.Next(3) };
            micros += random.Next(20) == 0 ? random.NextInt64(-10_000_000, 1L << 40) : random.Next(1_000);
            events.Add((hasIds ? id : 0, micros));
            times.Add(hasIds ? id : null, micros, delay: number == 7 ? -5 : number);
        }

        using var copy = times.Copy();
        copy.Add(hasIds ? 1 : null, 2, 0);
        Assert.Equal((30_000, hasIds, -5L), (times.Count, times.HasIds, times.MinDelay));
        Assert.Equal(events, Read(times));
        Assert.Equal([.. events, (hasIds ? 1 : 0, 2)], Read(copy));
    }

    [Fact]
    public void Event_of_a_busy_stream_needs_three_bytes()
    {
        using var times = new ReceiveTimes();
        for (var number = 0; number < 1_000; number++)
            times.Add(3_141_592_653 + number, 1_761_350_400_000_000 + number * 5_000, 0);
        Assert.InRange(times.Length, 3_000, 3_020);
    }

    public void Dispose() => chunks.Dispose();

    private static List<(long Id, long Micros)> Read(ReceiveTimes times)
    {
        var (read, id, micros) = (new List<(long, long)>(), 0L, 0L);
        for (var events = times.Read(); events.MoveNext();)
            read.Add((id += events.IdDifference, micros += events.MicrosDifference));
        return read;
    }
}
