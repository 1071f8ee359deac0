using System.Text;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Recording.Sessions;
using Ingester.Testing.Fakes;

namespace Ingester.Tests.Recording.Sessions;

public sealed class SubscriptionTrackerTests
{
    private const int Tries = 3;
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(10);
    private readonly SubscriptionTracker ledger = new(new FakeExchange(), new(new Random(1), Wait, Wait), Tries);

    [Fact]
    public void Each_desired_stream_is_requested_once()
    {
        var wanted = Trades("A-X", "B-X", "C-X", "D-X", "E-X");
        Assert.Equal(["+1 trades:AX trades:BX trades:CX trades:DX", "+2 trades:EX"], Ask(wanted));
        Assert.Empty(Ask(wanted));
    }

    [Fact]
    public void Changed_streams_request_only_the_difference_and_unsubscribe_first()
    {
        Ask(Trades("A-X", "B-X"));
        Assert.Equal(["-2 trades:AX", "+3 trades:CX"], Ask(Trades("B-X", "C-X")));
    }

    [Fact]
    public void An_answer_confirms_the_streams_of_its_request()
    {
        Ask(Trades("A-X", "B-X", "C-X", "D-X", "E-X"));
        Assert.Equal(4, ledger.OnAccepted(new() { RequestId = 1 }).Count);
        Assert.Equal(4, ledger.ConfirmedCount);
        Assert.Empty(ledger.OnAccepted(new() { RequestId = 1 }));
        Assert.Single(ledger.TakeOverdue(TimeSpan.Zero));
        Assert.Empty(ledger.TakeOverdue(TimeSpan.Zero));
    }

    [Fact]
    public void Answers_by_symbol_and_channel_find_their_requests()
    {
        Ask([FakeExchange.Stream(Dataset.Trades, "A-X"), FakeExchange.Stream(Dataset.Depth, "A-X"), FakeExchange.Stream(Dataset.Depth, "B-X")]);
        Assert.Equal(2, ledger.OnAccepted(new() { Symbol = "AX"u8, Channel = "book"u8 }).Count);
        Assert.Equal(Wait, ledger.NextDue(Wait));
        Assert.Equal([FakeExchange.Stream(Dataset.Depth, "B-X")], ledger.OnRefused(new() { Symbol = "BX"u8 }, TimeSpan.Zero));
        Assert.Empty(ledger.OnAccepted(new() { Symbol = "ZZ"u8 }));
    }

    [Fact]
    public void Answers_without_an_id_are_assigned_in_order()
    {
        Ask(Trades("A-X", "B-X", "C-X", "D-X", "E-X"));
        Assert.Equal(4, ledger.OnAccepted(default).Count);
        Assert.Equal([FakeExchange.Stream(Dataset.Trades, "E-X")], ledger.OnRefused(default, TimeSpan.Zero));
        Assert.Empty(ledger.OnRefused(default, TimeSpan.Zero));
        Assert.Equal(4, ledger.ConfirmedCount);
    }

    [Fact]
    public void Unsubscribed_stream_is_no_longer_confirmed()
    {
        Ask(Trades("A-X", "B-X"));
        ledger.OnAccepted(new() { RequestId = 1 });
        Ask(Trades("B-X"));
        Assert.Equal(1, ledger.ConfirmedCount);
        Assert.Empty(ledger.OnAccepted(new() { RequestId = 2 }));
        Assert.Equal(1, ledger.ConfirmedCount);
    }

    [Fact]
    public void Stream_that_cannot_be_unsubscribed_is_subscribed_again_without_it()
    {
        var tracker = NewBookTracker();
        tracker.OnAccepted(new() { RequestId = 1 });
        Assert.True(tracker.Resubscribe(FakeExchange.Stream(Dataset.Depth, "A-X")));
        Assert.Equal("+2 depth:AX", tracker.NextRequest(Books("A-X", "B-X"), TimeSpan.Zero)!.Frame.Text);
        Assert.False(tracker.NeedsSuccessor);
    }

    [Fact]
    public void Removed_stream_that_cannot_be_unsubscribed_stays_on_the_connection()
    {
        var tracker = NewBookTracker();
        Assert.Null(tracker.NextRequest(Books("B-X"), TimeSpan.Zero));
        Assert.True(tracker.NeedsSuccessor);
    }

    [Fact]
    public void Any_bytes_as_an_answer_are_taken()
    {
        Ask(Trades("A-X"));
        Assert.Empty(ledger.OnAccepted(new() { Symbol = [0xff, 0xfe], Channel = [0xc0] }));
        Assert.Empty(ledger.OnAccepted(new() { RequestId = long.MinValue, Text = Encoding.UTF8.GetBytes("?") }));
    }

    /// <summary>A tracker that has requested two books, on an exchange that cannot unsubscribe books.</summary>
    private static SubscriptionTracker NewBookTracker()
    {
        var profile = new FakeExchange().Profile;
        var exchange = new FakeExchange
        {
            Profile = profile with { Datasets = [.. profile.Datasets.Select(dataset => dataset with { CanUnsubscribe = dataset.Dataset != Dataset.Depth })] },
        };
        var tracker = new SubscriptionTracker(exchange, new(new Random(1), Wait, Wait), Tries);
        tracker.MarkSent(tracker.NextRequest(Books("A-X", "B-X"), TimeSpan.Zero)!, TimeSpan.Zero);
        return tracker;
    }

    private static HashSet<Subscription> Books(params string[] markets) => [.. markets.Select(market => FakeExchange.Stream(Dataset.Depth, market))];

    private static HashSet<Subscription> Trades(params string[] markets) =>
        [.. markets.Select(market => FakeExchange.Stream(Dataset.Trades, market))];

    [Fact]
    public void Unanswered_streams_are_requested_again_in_parts_and_then_count_as_failed()
    {
        var wanted = Trades("A-X", "B-X");
        Ask(wanted);
        ledger.RetryUnanswered(ledger.TakeOverdue(TimeSpan.Zero), TimeSpan.Zero);
        Assert.False(ledger.HasAllAnswers(wanted));
        Assert.Equal(["+2 trades:AX", "+3 trades:BX"], Ask(wanted, Wait));
        ledger.OnAccepted(new() { RequestId = 2 });
        for (var again = 2; again < Tries; again++)
        {
            ledger.RetryUnanswered(ledger.TakeOverdue(again * Wait), again * Wait);
            Assert.Equal(["+4 trades:BX"], Ask(wanted, (again + 1) * Wait));
        }

        ledger.RetryUnanswered(ledger.TakeOverdue(Tries * Wait), Tries * Wait);
        Assert.Equal([FakeExchange.Stream(Dataset.Trades, "B-X")], ledger.FailedStreams);
        Assert.True(ledger.HasAllAnswers(wanted));
        Assert.Empty(Ask(wanted, (Tries + 1) * Wait));
        Assert.Equal(["+5 trades:BX"], Ask(wanted, TimeSpan.FromHours(1))); // now and then, all the same
        ledger.OnAccepted(new() { RequestId = 5 });
        Assert.Empty(ledger.FailedStreams);
    }

    [Fact]
    public void A_refusal_settles_for_now_and_is_tried_again()
    {
        var wanted = Trades("A-X", "B-X", "C-X", "D-X");
        Ask(wanted);
        ledger.OnRefused(new() { RequestId = 1, Text = "C-X is not known"u8 }, TimeSpan.Zero);
        Assert.True(ledger.HasAllAnswers(wanted));
        Assert.Equal(4, Ask(wanted, Wait).Count); // each alone, so that the bad one keeps out nobody
        foreach (var id in new[] { 2, 3, 5 })
            ledger.OnAccepted(new() { RequestId = id });
        Assert.Equal(3, ledger.ConfirmedCount);
    }

    [Fact]
    public void A_stream_that_is_brought_without_an_answer_is_confirmed_by_that()
    {
        Ask(Trades("A-X"));
        ledger.ConfirmByData(ledger.TakeOverdue(TimeSpan.Zero));
        Assert.Equal(1, ledger.ConfirmedCount);
        Assert.Empty(Ask(Trades("A-X"), TimeSpan.FromDays(1)));
    }

    [Fact]
    public void One_stream_is_unsubscribed_and_subscribed_again()
    {
        Ask(Trades("A-X", "B-X"));
        Assert.False(ledger.Resubscribe(FakeExchange.Stream(Dataset.Trades, "A-X")));
        ledger.OnAccepted(new() { RequestId = 1 });
        Assert.True(ledger.Resubscribe(FakeExchange.Stream(Dataset.Trades, "A-X")));
        Assert.Equal(["-2 trades:AX", "+3 trades:AX"], Ask(Trades("A-X", "B-X")));
        Assert.Equal(1, ledger.ConfirmedCount);
        ledger.OnAccepted(new() { RequestId = 3 });
        Assert.Equal(2, ledger.ConfirmedCount);
    }

    [Fact]
    public void Stream_that_the_exchange_does_not_list_is_requested_again_at_once()
    {
        var profile = new FakeExchange().Profile with { ListSubscriptionsMessage = id => $"?{id}" };
        var check = new SubscriptionCheck(profile, ledger, TimeSpan.FromMinutes(5));
        Ask(Trades("A-X", "B-X"));
        ledger.OnAccepted(new() { RequestId = 1 });
        Assert.Equal("?2", check.CreateRequest(TimeSpan.Zero));
        Assert.Equal(TimeSpan.FromMinutes(5), check.Due);
        check.OnListed(new() { RequestId = 2, Symbol = "AX"u8 });
        Assert.Null(check.OnAnswered(new() { RequestId = 1 }));
        var missing = check.OnAnswered(new() { RequestId = 2 });
        Assert.Equal([FakeExchange.Stream(Dataset.Trades, "B-X")], missing);
        ledger.ResubscribeUnlisted(missing!);
        Assert.Equal(1, ledger.ConfirmedCount);
        Assert.Equal(["+3 trades:BX"], Ask(Trades("A-X", "B-X")));
    }

    [Fact]
    public void Exchange_that_replaces_subscriptions_is_sent_one_message_with_all_streams_and_a_change_needs_a_successor()
    {
        var replacing = Replacing();
        Assert.Equal(["+1 trades:AX trades:BX"], Ask(Trades("A-X", "B-X"), tracker: replacing));
        Assert.Equal(2, replacing.OnAccepted(default).Count);
        Assert.Empty(Ask(Trades("A-X", "B-X"), tracker: replacing));
        Assert.False(replacing.NeedsSuccessor);
        Assert.False(replacing.Resubscribe(FakeExchange.Stream(Dataset.Trades, "A-X"))); // the message would interrupt the other streams
        Assert.Empty(Ask(Trades("A-X", "C-X"), tracker: replacing));
        Assert.True(replacing.NeedsSuccessor);
        Assert.Equal(2, replacing.ConfirmedCount);
    }

    [Fact]
    public void Refused_message_of_an_exchange_that_replaces_subscriptions_is_sent_again_as_a_whole()
    {
        var replacing = Replacing();
        Ask(Trades("A-X", "B-X"), tracker: replacing);
        Assert.Equal(2, replacing.OnRefused(default, TimeSpan.Zero).Count);
        Assert.Equal(["+2 trades:AX trades:BX"], Ask(Trades("A-X", "B-X"), Wait, replacing));
        Assert.Equal(2, replacing.OnAccepted(default).Count);
        Assert.Empty(Ask(Trades("A-X", "B-X"), 2 * Wait, replacing));
    }

    private static SubscriptionTracker Replacing() =>
        new(new FakeExchange { Profile = new FakeExchange().Profile with { ReplacesSubscriptions = true } }, new(new Random(1), Wait, Wait), Tries);

    private List<string> Ask(HashSet<Subscription> wanted, TimeSpan now = default, SubscriptionTracker? tracker = null)
    {
        var sent = new List<string>();
        while ((tracker ?? ledger).NextRequest(wanted, now) is { } request)
        {
            (tracker ?? ledger).MarkSent(request, now);
            sent.Add(request.Frame.Text);
        }

        return sent;
    }
}
