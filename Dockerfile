# The recorder as a container: built from source, runs without root and without write access to its own file system.
# A release passes images by digest: see deploy/terraform/push-image.sh.
ARG SDK_IMAGE=mcr.microsoft.com/dotnet/sdk:10.0
ARG RUNTIME_IMAGE=mcr.microsoft.com/dotnet/aspnet:10.0

FROM ${SDK_IMAGE} AS build
WORKDIR /source
COPY global.json Directory.Build.props Directory.Packages.props .editorconfig ./
COPY src/Directory.Build.props src/BannedSymbols.txt src/
COPY src/Ingester/Ingester.csproj src/Ingester/
COPY src/Ingester.Core/Ingester.Core.csproj src/Ingester.Core/
COPY src/Ingester.Exchanges/Ingester.Exchanges.csproj src/Ingester.Exchanges/
COPY src/Ingester.Deriving/Ingester.Deriving.csproj src/Ingester.Deriving/
COPY src/Ingester.Postgres/Ingester.Postgres.csproj src/Ingester.Postgres/
COPY src/Ingester.Publishing/Ingester.Publishing.csproj src/Ingester.Publishing/
COPY src/Ingester.Reading/Ingester.Reading.csproj src/Ingester.Reading/
COPY src/Ingester.Recording/Ingester.Recording.csproj src/Ingester.Recording/
COPY src/Ingester.Simulator/Ingester.Simulator.csproj src/Ingester.Simulator/
COPY src/Ingester.Storage/Ingester.Storage.csproj src/Ingester.Storage/
COPY src/Ingester.WebSockets/Ingester.WebSockets.csproj src/Ingester.WebSockets/
# Compiled ahead: the first seconds are when every book starts, and until code is compiled hot it runs five times slower.
# The compiler of any machine compiles for the image's architecture, which BuildKit gives; other builders build for their own.
ARG TARGETARCH
ARG VERSION=0.1.0-local
RUN case "${TARGETARCH:-$(uname -m)}" in amd64 | x86_64) echo linux-x64 ;; arm64 | aarch64) echo linux-arm64 ;; \
    *) echo "there is no build for ${TARGETARCH:-$(uname -m)}: amd64 or arm64" >&2; exit 1 ;; esac >/rid
RUN dotnet restore src/Ingester/Ingester.csproj --runtime "$(cat /rid)" -p:PublishReadyToRun=true
COPY src/ src/
# Analyzers check sources in CI, not in each image: without them the image is built in half the time.
RUN dotnet publish src/Ingester/Ingester.csproj --configuration Release --runtime "$(cat /rid)" --self-contained false -p:PublishReadyToRun=true \
    -p:RunAnalyzers=false -p:Version="$VERSION" --no-restore --output /app

FROM ${RUNTIME_IMAGE}
WORKDIR /app
# Compresses and decompresses objects in half the time of .NET's own library, which is used without it.
RUN (apt-get update && apt-get install --yes --no-install-recommends libdeflate0 && rm -rf /var/lib/apt/lists/*) \
    || echo "libdeflate cannot be installed here: objects are compressed and decompressed by .NET's own library"
COPY --from=build /app .
# No diagnostics sockets: nothing is written outside the volumes that the container is given.
ENV DOTNET_EnableDiagnostics=0 \
    INGESTER__STATUS__LISTEN=http://0.0.0.0:8080
# Where objects may wait for the store (Ingester:Storage:Spool), and where they may be stored: volumes, owned by the user that writes them.
RUN mkdir /spool /data && chown "$APP_UID:$APP_UID" /spool /data
VOLUME /spool
USER $APP_UID
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=3 \
    CMD ["dotnet", "/app/ingester.dll", "health", "http://127.0.0.1:8080"]
ENTRYPOINT ["dotnet", "/app/ingester.dll"]
CMD ["record"]
