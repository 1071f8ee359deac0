namespace Ingester.Paper.Hosting;

/// <summary>The exit codes; the same as those of <c>ingester</c>.</summary>
internal static class ExitCodes
{
    /// <summary>Done.</summary>
    public const int Succeeded = 0;

    /// <summary>Failed, or a check found something wrong.</summary>
    public const int Failed = 1;

    /// <summary>The command line or the settings are not valid; nothing was started.</summary>
    public const int InvalidUsage = 2;

    /// <summary>Finished, but named parts are missing.</summary>
    public const int Incomplete = 3;
}
