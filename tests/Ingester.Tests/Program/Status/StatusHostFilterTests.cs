using Ingester.Status;

namespace Ingester.Tests.Program.Status;

public sealed class StatusHostFilterTests
{
    [Theory]
    [InlineData("localhost", true)]
    [InlineData("LOCALHOST", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("[::1]", true)]
    [InlineData("10.1.2.3", true)]
    [InlineData("replica-a", true)]
    [InlineData("replica-a.internal", true)]
    [InlineData("status.example", true)]
    [InlineData("", true)]
    [InlineData("attacker.example", false)]
    [InlineData("localhost.attacker.example", false)]
    [InlineData("127.0.0.1.attacker.example", false)]
    public void Default_is_this_machine_by_name_and_any_address_in_numbers(string host, bool allowed) =>
        Assert.Equal(allowed, new StatusHostFilter([], new("http://status.example:8080"), "replica-a.internal").IsAllowed(host));

    [Theory]
    [InlineData("prometheus.internal", true)]
    [InlineData("localhost", false)]
    [InlineData("127.0.0.1", false)]
    public void Names_that_are_set_are_allowed_and_no_others(string host, bool allowed) =>
        Assert.Equal(allowed, new StatusHostFilter(["prometheus.internal"], new("http://127.0.0.1:8080"), "a").IsAllowed(host));

    [Fact]
    public void A_star_allows_all() => Assert.True(new StatusHostFilter(["*"], new("http://127.0.0.1:8080"), "a").IsAllowed("attacker.example"));
}
