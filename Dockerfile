# syntax=docker/dockerfile:1
# The monitor in a small image: node and our files, no shell, no package manager, no root.
#   docker build --build-arg HISTORY=server -t rescind .     history on a ClickHouse server (compose does this)
#   docker build --build-arg HISTORY=embedded -t rescind .   with the embedded engine, some 550 MB more
ARG NODE=24.21.0-bookworm-slim

FROM node:${NODE} AS build
WORKDIR /build
ENV npm_config_update_notifier=false npm_config_fund=false npm_config_audit=false
COPY package.json package-lock.json ./
RUN --mount=type=cache,target=/root/.npm npm ci --ignore-scripts
COPY . .
RUN npm run -s build

FROM node:${NODE} AS dependencies
ARG HISTORY=server
WORKDIR /build
ENV npm_config_update_notifier=false npm_config_fund=false npm_config_audit=false
COPY package.json package-lock.json ./
# Not --omit=optional: the native parts of lmdb and lz4-napi are optional packages too.
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev --ignore-scripts \
 && if [ "$HISTORY" = server ]; then rm -rf node_modules/chdb node_modules/@chdb; fi \
 && mkdir /data

FROM gcr.io/distroless/cc-debian12:nonroot
WORKDIR /rescind
COPY --from=build /usr/local/bin/node /usr/local/bin/node
COPY --from=dependencies /build/node_modules ./node_modules
COPY --from=build /build/package.json /build/LICENSE ./
COPY --from=build /build/schemas ./schemas
COPY --from=build /build/dist/src ./dist/src
COPY --from=build /build/dist/detectors ./dist/detectors
# The volume takes its owner from here.
COPY --from=dependencies --chown=65532:65532 /data /data
VOLUME /data
ENV NODE_ENV=production RESCIND_DATA=/data
USER 65532:65532
EXPOSE 7077
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=5s --timeout=4s --start-period=60s --retries=3 \
  CMD ["/usr/local/bin/node", "-e", "fetch('http://127.0.0.1:7077/readyz',{signal:AbortSignal.timeout(3000)}).then((r)=>process.exit(r.ok?0:1),()=>process.exit(1))"]
ENTRYPOINT ["/usr/local/bin/node", "/rescind/dist/src/cli/main.js"]
CMD ["start", "--no-drill"]
