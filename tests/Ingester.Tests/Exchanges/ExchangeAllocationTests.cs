using Ingester.Core.Exchanges;
using Ingester.Exchanges;
using Ingester.Testing.Allocations;
using Ingester.Tests.Recording.Lanes;

namespace Ingester.Tests.Exchanges;

/// <summary>Decoding allocates nothing once a decoder has seen its connection's largest frame.</summary>
[Collection(nameof(AllocationTests))] // alone: the fewer garbage collections others cause, the fewer attempts are needed
public sealed class ExchangeAllocationTests
{
    private const int Rounds = 10_000;

    public static TheoryData<string> Exchanges => Fixtures.Exchanges;

    [Theory]
    [MemberData(nameof(Exchanges))]
    public void Steady_decoding_allocates_nothing(string name)
    {
        var decoder = ExchangeCatalog.Find(name)!.CreateDecoder();
        var frames = Fixtures.GoodFrames(name).ToArray();
        var sink = new NoSink();
        Decode(decoder, frames, sink, rounds: 10);
        Assert.Equal(0, ThreadAllocations.Measure(() => Decode(decoder, frames, sink, Rounds)));
        Assert.True(sink.Events > Rounds);
    }

    private static void Decode(IFrameDecoder decoder, byte[][] frames, NoSink sink, int rounds)
    {
        for (var round = 0; round < rounds; round++)
            foreach (var frame in frames)
                decoder.Decode(frame, sink);
    }

    private sealed class NoSink : IEventSink
    {
        public int Events { get; private set; }

        public void OnTrade(in TradeEvent trade) => Events++;

        public void OnDiff(in DepthEvent diff) => Events++;

        public void OnSnapshot(in DepthEvent book) => Events++;

        public void OnNotice(in Notice notice) => Events++;
    }
}
