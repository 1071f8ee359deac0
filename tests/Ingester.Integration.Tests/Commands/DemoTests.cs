namespace Ingester.Integration.Tests.Commands;

/// <summary>The demo: its clock is fast, and a connection that is late by that clock would be another gap than the injected one.</summary>
[Collection(AloneCollection.Name)]
public sealed class DemoTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("ingester-demo-").FullName;

    [Fact]
    public async Task Demo_verifies_the_stored_objects()
    {
        var (exit, printed, said) = await EndedCommand.RunAsync(folder, TimeSpan.FromMinutes(5), "demo", "--seconds", "20", "--data", folder);
        Assert.Contains("only the injected gap was reported", printed + said, StringComparison.Ordinal);
        Assert.Matches("binance trades of [0-9-]{10} +│ degraded +│ 8 ", printed);
        Assert.Equal(0, exit);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
