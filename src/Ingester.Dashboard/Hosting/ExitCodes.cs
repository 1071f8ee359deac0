namespace Ingester.Dashboard.Hosting;

/// <summary>The exit codes of the dashboard; the same as those of <c>ingester</c>.</summary>
internal static class ExitCodes
{
    /// <summary>Stopped by a signal.</summary>
    public const int Succeeded = 0;

    /// <summary>The dashboard cannot listen, or ended because of an unhandled exception.</summary>
    public const int Failed = 1;

    /// <summary>The command line is invalid; nothing was started.</summary>
    public const int InvalidUsage = 2;
}
