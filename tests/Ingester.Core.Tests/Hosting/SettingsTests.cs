using Ingester.Hosting;
using Microsoft.Extensions.Configuration;

namespace Ingester.Core.Tests.Hosting;

public sealed class SettingsTests
{
    [Fact]
    public void All_faults_are_reported_at_once_by_their_names()
    {
        var error = Assert.Throws<CommandException>(() => Read(
            ("Ingester:Replica", "A B"),
            ("Ingester:Replicas:0", "x"),
            ("Ingester:Segmentz:Hold", "1"),
            ("Ingester:Segments:Hold", "soon"),
            ("Ingester:Segments:Settle", "05:00:00"),
            ("Ingester:Segments:Windows:0:Minutes", "7"),
            ("Ingester:Segments:Windows:0:Minuten", "5"),
            ("Ingester:Storage:UploadWorkers", "0"),
            ("Ingester:Clock:Rate", "30"),
            ("Ingester:Status:Listen", "ftp://here"),
            ("Ingester:Exchanges:binance:Datasets:0", "candles"),
            ("Ingester:Exchanges:nasdaq:Markets:0", "*")));
        Assert.All(
            new[]
            {
                "Ingester:Replica:", "not among", "Ingester:Segmentz", "Ingester:Segments:Hold", "Settle", "Minutes", "Ingester:Segments:Windows:0:Minuten",
                "UploadWorkers", "Ingester:Clock:Epoch", "Listen", "no markets chosen", "candles", "nasdaq",
            },
            name => Assert.Contains(name, error.Message, StringComparison.Ordinal));
        Assert.Equal(2, error.ExitCode);
    }

    [Fact]
    public void Empty_configuration_says_that_no_exchange_is_chosen() =>
        Assert.Contains("no exchange is chosen", Assert.Throws<CommandException>(() => Read()).Message, StringComparison.Ordinal);

    [Fact]
    public void Good_configuration_is_read_with_its_defaults()
    {
        var settings = Read(("Ingester:Exchanges:binance:Markets:0", "BTC-*"), ("Ingester:Segments:Hold", "00:01:00"));
        Assert.Equal(("a", TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(5)), (settings.Replica, settings.Segments.Hold, settings.Segments.Settle));
        Assert.Equal(["BTC-*"], settings.Exchanges["binance"].Markets);
    }

    private static Settings Read(params (string Name, string Value)[] values) => Settings.Read(
        new ConfigurationBuilder().AddInMemoryCollection(values.Select(pair => KeyValuePair.Create(pair.Name, (string?)pair.Value))).Build());
}
