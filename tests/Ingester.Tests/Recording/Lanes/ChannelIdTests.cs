using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Tests.Recording.Snapshots;

namespace Ingester.Tests.Recording.Lanes;

/// <summary>The message that unsubscribes a stream by the id that the exchange gave to it on this connection.</summary>
public sealed class ChannelIdTests
{
    [Fact]
    public void Message_names_the_channel_of_the_stream_and_of_this_connection()
    {
        using var rig = new WatchRig("bitfinex", "tBTCUSD");
        var (trades, depth) = (new Subscription(Dataset.Trades, rig.Market), new Subscription(Dataset.Depth, rig.Market));
        Assert.Null(rig.Feed.FindUnsubscribeMessage(depth));
        rig.Feed.Receive("""{"event":"subscribed","channel":"book","chanId":12,"symbol":"tBTCUSD","prec":"P0","freq":"F0","len":"250","pair":"BTCUSD"}"""u8);
        Assert.Equal("""{"event":"unsubscribe","chanId":12}""", rig.Feed.FindUnsubscribeMessage(depth));
        Assert.Null(rig.Feed.FindUnsubscribeMessage(trades));
        using var successor = rig.Lane.OpenFeed(rig);
        Assert.Null(successor.FindUnsubscribeMessage(depth));
    }

    [Fact]
    public void Exchange_that_unsubscribes_by_name_has_no_such_message()
    {
        using var rig = new WatchRig();
        rig.Diff(100, 105);
        Assert.Null(rig.Feed.FindUnsubscribeMessage(new(Dataset.Depth, rig.Market)));
    }
}
