using Ingester.Importing;
using Ingester.Storage.Uploads;
using Ingester.Storage.Writing;
using Ingester.Testing;

namespace Ingester.Tests.Program.Importing;

public sealed class StoreWaitReporterTests
{
    private static readonly BacklogState Backlog = new(4_000, 1, TimeSpan.Zero);
    private readonly ManualClock clock = new();
    private readonly StoreWaitReporter wait;

    public StoreWaitReporterTests() => wait = new(clock);

    [Fact]
    public void Short_wait_is_not_reported_and_each_wait_is_measured_separately()
    {
        for (var second = 0; second < 20; second++)
        {
            Assert.Null(wait.Update(Backlog, default));
            clock.Advance(TimeSpan.FromSeconds(4));
            Assert.Null(wait.Update(Backlog, default));
            wait.Reset();
        }
    }

    [Fact]
    public void Reason_is_reported_after_some_seconds_at_each_change_and_at_intervals()
    {
        var said = new List<string?> { wait.Update(Backlog, Failing("503", "The store answered 503 for x.")) };
        clock.Advance(TimeSpan.FromSeconds(5));
        said.Add(wait.Update(Backlog, Failing("503", "The store answered 503 for y.")));
        clock.Advance(TimeSpan.FromSeconds(1));
        said.Add(wait.Update(Backlog, Failing("503", "The store answered 503 for z.")));
        said.Add(wait.Update(Backlog, Failing("409", "The store answered 409.")));
        clock.Advance(TimeSpan.FromSeconds(30));
        said.Add(wait.Update(Backlog, default));
        Assert.Equal(
            [
                null,
                "Waiting for the store for 5 s: 4,000 objects are not stored yet. The store answered 503 for y.",
                null,
                "Waiting for the store for 6 s: 4,000 objects are not stored yet. The store answered 409.",
                "Waiting for the store for 36 s: 4,000 objects are not stored yet. The store accepts objects slowly.",
            ],
            said);
        clock.Advance(TimeSpan.FromSeconds(29));
        Assert.Null(wait.Update(Backlog, default));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.NotNull(wait.Update(Backlog, default));
    }

    private static StoreHealth Failing(string code, string words) => new(TimeSpan.FromSeconds(1), new(words, permanent: false) { Code = code });
}
