using System.Text;
using Ingester.Core.Connections;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Core.Tests.Connections.Fakes;

namespace Ingester.Core.Tests.Connections;

public sealed class RequestLedgerTests
{
    private readonly RequestLedger ledger = new(new FakeExchange());

    [Fact]
    public void Everything_wanted_is_asked_for_once()
    {
        var wanted = Trades("A-X", "B-X", "C-X", "D-X", "E-X");
        Assert.Equal(["+1 trades:AX trades:BX trades:CX trades:DX", "+2 trades:EX"], Ask(wanted));
        Assert.Empty(Ask(wanted));
    }

    [Fact]
    public void A_change_asks_for_the_difference_and_makes_room_first()
    {
        Ask(Trades("A-X", "B-X"));
        Assert.Equal(["-2 trades:AX", "+3 trades:CX"], Ask(Trades("B-X", "C-X")));
    }

    [Fact]
    public void An_answer_confirms_the_streams_of_its_request()
    {
        Ask(Trades("A-X", "B-X", "C-X", "D-X", "E-X"));
        Assert.Equal(4, ledger.Accepted(new() { RequestId = 1 }).Count);
        Assert.Equal(4, ledger.Confirmed);
        Assert.Empty(ledger.Accepted(new() { RequestId = 1 }));
        Assert.Single(ledger.Unanswered(TimeSpan.Zero));
        Assert.Empty(ledger.Unanswered(TimeSpan.Zero));
    }

    [Fact]
    public void Answers_by_symbol_and_channel_find_their_requests()
    {
        Ask([FakeExchange.Stream(Dataset.Trades, "A-X"), FakeExchange.Stream(Dataset.Depth, "A-X"), FakeExchange.Stream(Dataset.Depth, "B-X")]);
        Assert.Equal(2, ledger.Accepted(new() { Symbol = "AX"u8, Channel = "book"u8 }).Count);
        Assert.Equal(TimeSpan.Zero, ledger.OldestPending);
        Assert.Equal([FakeExchange.Stream(Dataset.Depth, "B-X")], ledger.Refused(new() { Symbol = "BX"u8 }));
        Assert.Null(ledger.OldestPending);
        Assert.Empty(ledger.Accepted(new() { Symbol = "ZZ"u8 }));
    }

    [Fact]
    public void Answers_that_name_nothing_come_in_order()
    {
        Ask(Trades("A-X", "B-X", "C-X", "D-X", "E-X"));
        Assert.Equal(4, ledger.Accepted(default).Count);
        Assert.Equal([FakeExchange.Stream(Dataset.Trades, "E-X")], ledger.Refused(default));
        Assert.Empty(ledger.Refused(default));
        Assert.Equal(4, ledger.Confirmed);
    }

    [Fact]
    public void What_is_let_go_is_no_longer_confirmed()
    {
        Ask(Trades("A-X", "B-X"));
        ledger.Accepted(new() { RequestId = 1 });
        Ask(Trades("B-X"));
        Assert.Equal(1, ledger.Confirmed);
        Assert.Empty(ledger.Accepted(new() { RequestId = 2 }));
        Assert.Equal(1, ledger.Confirmed);
    }

    [Fact]
    public void Any_bytes_as_an_answer_are_taken()
    {
        Ask(Trades("A-X"));
        Assert.Empty(ledger.Accepted(new() { Symbol = [0xff, 0xfe], Channel = [0xc0] }));
        Assert.Empty(ledger.Accepted(new() { RequestId = long.MinValue, Text = Encoding.UTF8.GetBytes("?") }));
    }

    private static HashSet<Subscription> Trades(params string[] markets) =>
        [.. markets.Select(market => FakeExchange.Stream(Dataset.Trades, market))];

    private List<string> Ask(HashSet<Subscription> wanted)
    {
        var sent = new List<string>();
        while (ledger.Next(wanted) is { } request)
        {
            ledger.Sending(request, TimeSpan.Zero);
            sent.Add(request.Frame.Text);
        }

        return sent;
    }
}
