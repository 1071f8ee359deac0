using Ingester.Testing.Days;

namespace Ingester.Tests.Publishing.Days;

/// <summary>An hour over midnight with two replicas and everything that goes wrong, in the time of the model. The benchmarks have a day: <c>days</c>.</summary>
public sealed class RecordedDayTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Exports_of_an_hour_over_midnight_equal_the_truth_except_where_the_certificate_says(int seed) =>
        await DayRun.RunAsync(minutes: 60, seed, TestContext.Current.SendDiagnosticMessage);
}
