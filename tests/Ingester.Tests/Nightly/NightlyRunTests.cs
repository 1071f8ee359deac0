using Ingester.Nightly;

namespace Ingester.Tests.Nightly;

/// <summary>Which steps run after which exit code, and the exit code of the whole.</summary>
public sealed class NightlyRunTests
{
    [Theory]
    [InlineData("0 0 0", 0, "repair export publish")]
    [InlineData("0 3 0", 3, "repair export publish")]
    [InlineData("1 0 0", 3, "repair export publish")] // a failed repair leaves gaps, and the day is exported nevertheless
    [InlineData("3 3 3", 3, "repair export publish")]
    [InlineData("0 1 0", 1, "repair export")]
    [InlineData("0 2 0", 2, "repair export")]
    [InlineData("2 0 0", 2, "repair")] // wrong settings are wrong for all steps
    [InlineData("3 0 1", 1, "repair export publish")]
    public async Task Run_goes_on_as_long_as_required_steps_have_results(string codes, int expected, string started)
    {
        var (answers, seen) = (new Queue<int>(codes.Split(' ').Select(int.Parse)), new List<string>());
        var run = new NightlyRun((arguments, _) =>
        {
            seen.Add(arguments[0]);
            return Task.FromResult(answers.Dequeue());
        }, TimeProvider.System);
        NightlyStep[] steps = [new("repair", ["repair"]) { IsRequired = false }, new("export", ["export"]), new("publish", ["publish"])];
        var results = await run.RunAsync(steps, CancellationToken.None).ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal(started.Split(' '), seen);
        Assert.Equal(expected, NightlyRun.ExitCodeOf(results));
        Assert.Equal(3, results.Count);
        Assert.All(results.Skip(seen.Count), static result => Assert.Null(result.ExitCode));
    }

    [Fact]
    public void Next_run_is_the_first_time_of_the_day_that_is_still_to_come()
    {
        var times = new DailyTimes([new(3, 0), new(0, 20)]);
        DateTimeOffset At(int day, int hour, int minute) => new(2026, 11, day, hour, minute, 0, TimeSpan.Zero);
        Assert.Equal(At(20, 0, 20), times.NextAfter(At(20, 0, 0)));
        Assert.Equal(At(20, 3, 0), times.NextAfter(At(20, 0, 20)));
        Assert.Equal(At(21, 0, 20), times.NextAfter(At(20, 3, 0)));
        Assert.Equal(At(20, 3, 0), times.NextAfter(At(20, 2, 59).ToOffset(TimeSpan.FromHours(5))));
    }
}
