using System.Net;
using Ingester.Core.Time;
using Ingester.Storage.Stores;

namespace Ingester.Dashboard.Hosting;

/// <summary>The settings of the dashboard, from its command line.</summary>
internal sealed record DashboardOptions
{
    /// <summary>Minimum length of <see cref="Token"/>, in characters.</summary>
    public const int MinTokenLength = 16;

    /// <summary>The store that is read.</summary>
    public required StoreOptions Store { get; init; }

    /// <summary>Prefix of all keys below the store's own prefix. Default: empty.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>The status pages of the recorders, such as http://127.0.0.1:8080. Default: none.</summary>
    public IReadOnlyList<Uri> Recorders { get; init; } = [];

    /// <summary>The token of the recorders' live stream (Ingester:Live:Token). Default: none.</summary>
    public string RecorderToken { get; init; } = "";

    /// <summary>The address of the pages. Default: http://127.0.0.1:8090, this machine only.</summary>
    public Uri Listen { get; init; } = new("http://127.0.0.1:8090");

    /// <summary>The secret that readers must give, of at least <see cref="MinTokenLength"/> visible ASCII characters. Default: none, and only readers on this machine are accepted.</summary>
    public string Token { get; init; } = "";

    /// <summary>PEM files with the public keys that verifications of certificates trust. Default: none, and nothing is verified.</summary>
    public IReadOnlyList<string> KeyFiles { get; init; } = [];

    /// <summary>True when a proxy in front of the dashboard decides who may read: then no token is required. Default: false.</summary>
    public bool IsBehindProxy { get; init; }

    /// <summary>Directory in which results of closed days are kept; null to keep them in memory only. Default: null.</summary>
    public string? CacheDirectory { get; init; }

    /// <summary>The clock of the recorders, if it is simulated. Default: real time.</summary>
    public ClockOptions Clock { get; init; } = new();

    /// <summary>True when <see cref="Listen"/> can be reached from this machine only.</summary>
    public bool IsLoopback => Listen.Host is "localhost" || (IPAddress.TryParse(Listen.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    /// <summary>The errors of the settings as sentences; empty when they are valid.</summary>
    public IEnumerable<string> FindErrors()
    {
        if (Token.Length > 0 && (Token.Length < MinTokenLength || !Token.All(character => character is > ' ' and <= '~')))
            yield return $"--token: must have at least {MinTokenLength} characters, all of them visible ASCII characters.";
        if (!IsLoopback && Token.Length == 0 && !IsBehindProxy)
            yield return $"--listen {Listen.GetLeftPart(UriPartial.Authority)}: other machines can reach this address. Give a --token, or --behind-proxy if a proxy decides who may read.";
        if (Store.S3 is null && (Store.Directory ?? StoreOptions.DefaultDirectory) is var directory && !Directory.Exists(directory))
            yield return $"--store {directory}: the directory does not exist.";
        if (Clock is { Rate: not 1, Epoch: null })
            yield return "--clock-rate: needs --clock-epoch.";
        foreach (var recorder in Recorders.Where(recorder => recorder.AbsolutePath != "/" || recorder.Query.Length > 0))
            yield return $"--recorders {recorder}: give the address of a status page without a path, such as http://127.0.0.1:8080.";
    }
}
